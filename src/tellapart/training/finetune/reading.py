"""What fine-tuning reads: from which network and cut, of how many images, mirrored or not."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.errors import TimeBudgetTooShort
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.jobs.contracts import BUILT_IN_BACKBONE
from tellapart.jobs.progress import ProgressReporter, SubProgress
from tellapart.store.tables import Split
from tellapart.training.finetune.frozen_features import FeatureReader, Features
from tellapart.training.finetune.reading_plan import is_plenty, needed, plan_reading
from tellapart.training.finetune.split_network import SplitNetwork
from tellapart.training.options import TrainingOptions

# Of the kept features of training images, and of one number of them.
_MOST_BYTES, _BYTES = 2 * 1024**3, 2
# Where time is short, the side that the built-in network was trained at.
_QUICK_SIDE_PX = 224
# What an image takes that is answered from its pixels on once the top is trained, in int8.
ANSWERED_LATER_S = 0.012


def trainable_networks(
    keras: Any, options: TrainingOptions, spec: PreprocessingSpec
) -> list[SplitNetwork]:
    """Those that can be trained, the quickest first: the built-in one looks at two sides."""
    sides = [spec.width_px]
    if options.backbone == BUILT_IN_BACKBONE and options.time_budget_s is not None:
        sides.insert(0, _QUICK_SIDE_PX)
    return [
        SplitNetwork(keras, options.backbone, replace(spec, width_px=side, height_px=side))
        for side in sides
    ]


@dataclass(frozen=True)
class Reading:
    """Which features are read: as many as fit in the bounds of disk and time."""

    networks: SplitNetwork
    cut: str
    reader: FeatureReader
    mirror: bool
    train: Examples

    def read(self, reporter: ProgressReporter) -> dict[Split, Features]:
        """The features of each split."""
        others: tuple[Split, ...] = ("validation", "test")
        reader, splits = self.reader, self.reader.training_set.splits
        sizes = [len(self.train)] * (1 + self.mirror) + [len(splits[name]) for name in others]
        ends = np.cumsum(sizes) / sum(sizes)
        parts = iter(
            SubProgress(reporter, float(begin), float(end))
            for begin, end in zip([0.0, *ends[:-1]], ends, strict=True)
        )
        maps = reader.read(self.train, next(parts), dtype=np.float16)
        mirrored = None
        if self.mirror:
            mirrored = reader.read(self.train, next(parts), dtype=np.float16, mirror=True)
        found: dict[Split, Features] = {"train": Features(maps, self.train.y, mirrored)}
        for name in others:
            # What is answered must be exact; what is learned from need not be.
            maps = reader.read(splits[name], next(parts))
            found[name] = Features(maps, splits[name].y)
        return found


def choose_reading(
    candidates: list[SplitNetwork],
    reader_of: Callable[[SplitNetwork, str], FeatureReader],
    training_set: TrainingSet,
    options: TrainingOptions,
    started: float,
    reporter: ProgressReporter,
) -> Reading:
    """What the time budget is enough for.

    Args:
        candidates: the networks that can be trained, the quickest first.
        reader_of: makes the reader of what one of them sees at a cut.
        training_set: the images.
        options: the time budget among them.
        started: when the recipe began, by `time.monotonic`.
        reporter: told what is left out.

    Raises:
        TimeBudgetTooShort: nothing can be gained in the time.
    """
    train = training_set.splits["train"]
    others = sum(len(training_set.splits[name]) for name in ("validation", "test"))
    networks, *larger = candidates
    cut, mirror = _choose_cut(networks, training_set)
    reader = reader_of(networks, cut)
    if options.time_budget_s is None:
        return Reading(networks, cut, reader, mirror, train)
    image_s = reader.seconds_per_image(train)
    left_s = options.time_budget_s - (time.monotonic() - started) - ANSWERED_LATER_S * others
    for each in larger:
        slower = (each.spec.width_px / networks.spec.width_px) ** 2
        if is_plenty(len(train), others, left_s / image_s / slower):
            networks, image_s = each, image_s * slower
            cut, mirror = _choose_cut(networks, training_set)
            reader = reader_of(networks, cut)
    plan = plan_reading(len(train), others, left_s / image_s)
    if plan is None:
        needed_s = needed(len(train), others, mirror=True) * image_s
        raise TimeBudgetTooShort(
            f"Fine-tuning on {len(train):,} pictures takes about {needed_s / 60:.0f} minutes here "
            f"to gain anything, and {max(0.0, left_s) / 60:.1f} are left. Give it a longer time "
            "budget, or train with the probe recipe."
        )
    if mirror and not plan.mirror:
        reporter.log("The time budget leaves no room for mirror images.")
    if plan.images < len(train):
        reporter.log(f"The time budget is enough for {plan.images:,} of the training pictures.")
        train = _balanced(train, plan.images, options.seed)
    return Reading(networks, cut, reader, mirror and plan.mirror, train)


def _choose_cut(networks: SplitNetwork, training_set: TrainingSet) -> tuple[str, bool]:
    """The lowest cut whose features fit on the disk, and whether those of mirror images do too."""
    count = len(training_set.splits["train"])
    cuts = networks.cuts()
    for cut in cuts:
        if 2 * networks.size(cut) * _BYTES * count <= _MOST_BYTES:
            return cut, True
    # The highest of the smallest ones.
    return min(reversed(cuts), key=networks.size), False


def _balanced(examples: Examples, count: int, seed: int) -> Examples:
    """So many of the images, the same of each class as far as there are."""
    order = np.random.default_rng(seed).permutation(len(examples))
    turn = np.empty(len(examples), np.int64)
    for label in np.unique(examples.y):
        of_class = order[examples.y[order] == label]
        turn[of_class] = np.arange(len(of_class))
    return examples.at(np.sort(order[np.argsort(turn[order], kind="stable")[:count]]))
