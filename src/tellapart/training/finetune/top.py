"""Fine-tuning on photos: the top of a trained network learns too, from where a probe ends.

What lies below is frozen: its features are computed once, and an epoch is then short.
"""

import time
from dataclasses import dataclass

import numpy as np

from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.errors import TrainingError
from tellapart.features.keras_library import load_keras
from tellapart.jobs.progress import ProgressReporter, SubProgress
from tellapart.store.tables import Split
from tellapart.store.temporary_files import temporary_folder
from tellapart.training.finetune.frozen_features import FeatureReader, Features
from tellapart.training.finetune.plan import fine_tuning, partly_frozen
from tellapart.training.finetune.split_network import SplitNetwork
from tellapart.training.finetune.starting_head import fit_starting_head
from tellapart.training.keras_loop.checkpoints import training_checkpoints
from tellapart.training.keras_loop.fitting import Plan, fit
from tellapart.training.keras_loop.keras_model import KerasModel, training_facts
from tellapart.training.keras_loop.schedule import time_left_s
from tellapart.training.options import TrainingContext, TrainingOptions

# Of the kept features of training images, and of one number of them.
_MOST_BYTES, _BYTES = 2 * 1024**3, 2
# Reading features may take this share of the time budget; mirror images only when they fit in.
_READING = 0.5
_LEAST_IMAGES = 0.2
# What an image takes that is answered from its pixels on once the top is trained, in int8.
_ANSWERED_LATER_S = 0.012
# With a third of it, a few epochs end where the probe began.
_PEAK_LEARNING_RATE = 3e-4
_WEIGHT_DECAY = 0.05
_LABEL_SMOOTHING = 0.05
_EPOCHS = (4, 20)
_IMAGES_SEEN = 12_000
_PROBE_SHARE, _FEATURES_SHARE = 0.1, 0.5


def train_top(
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    reporter: ProgressReporter,
) -> KerasModel:
    """Fit a head on the last layer, read features, train the top of the backbone with that head.

    Raises:
        BackboneUnavailable: it cannot be had as a Keras network.
        MissingDependency: Keras, its backend or the weights are not installed.
        TrainingError: the training diverged, or there is no room for the features.
        JobCancelled: the reporter said so.
    """
    started = time.monotonic()
    start = fit_starting_head(
        training_set, options, context, SubProgress(reporter, 0.0, _PROBE_SHARE)
    )
    spec = start.backbone.spec
    reporter.stage("Loading Keras", None)
    keras = load_keras()
    keras.utils.set_random_seed(options.seed)
    networks = SplitNetwork(keras, options.backbone, spec, start.head)
    cut, splits = _read(networks, training_set, options, context, started, reporter)
    # In float32: bfloat16 makes depthwise convolutions slower.
    top = networks.top(cut)
    later_s = _ANSWERED_LATER_S * sum(len(splits[name].y) for name in ("validation", "test"))
    spent_s = time.monotonic() - started + later_s
    plan = _plan(len(splits["train"].y), options, spent_s, reporter)
    with partly_frozen(top):
        outcome = fit(
            keras,
            fine_tuning(
                keras,
                top,
                lambda rows, _epoch, rng: splits["train"].mixed(rows, rng),
                splits["train"],
                splits["validation"],
                peak_rate=_PEAK_LEARNING_RATE,
                weight_decay=_WEIGHT_DECAY,
                label_smoothing=_LABEL_SMOOTHING,
            ),
            plan,
            SubProgress(reporter, _FEATURES_SHARE, 1.0),
            training_checkpoints(keras, "finetune", training_set, options, context, reporter),
        )
    return KerasModel(
        recipe="finetune",
        keras=keras,
        network=networks.whole(top),
        asked=top,
        backbone=start.backbone.name,
        spec=spec,
        class_names=training_set.class_names,
        parameters={
            **training_facts(keras, outcome, options, spec, started),
            "C": start.head.inverse_regularization,
            "trained_from": cut,
            "trained_pictures": len(splits["train"].y),
            "mirrored": splits["train"].mirrored is not None,
            "weights": top.count_params(),
        },
        splits=splits,
        history=outcome.history,
        # Epoch 0 is what it began with.
        gained=outcome.best_epoch > 0,
    )


def _read(
    networks: SplitNetwork,
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    started: float,
    reporter: ProgressReporter,
) -> tuple[str, dict[Split, Features]]:
    """The layer that the features are taken from, and those of each split."""
    cut, mirror = _choose_cut(networks, training_set)
    with temporary_folder() as folder:
        # A mapped file is readable for as long as it is used, even after it was removed.
        reader = FeatureReader(
            networks.bottom(cut),
            training_set,
            networks.spec,
            context.max_pixels,
            context.checkpoints or folder,
        )
        spent_s = time.monotonic() - started
        mirror, train = _fit_in_time(reader, mirror, options, spent_s, reporter)
        reading = _Reading(cut, mirror, train)
        return cut, reading.read(reader, SubProgress(reporter, _PROBE_SHARE, _FEATURES_SHARE))


@dataclass(frozen=True)
class _Reading:
    """Which features are read: as many as fit in the bounds of disk and time."""

    cut: str
    mirror: bool
    train: Examples

    def read(self, reader: FeatureReader, reporter: ProgressReporter) -> dict[Split, Features]:
        others: tuple[Split, ...] = ("validation", "test")
        splits = reader.training_set.splits
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


def _choose_cut(networks: SplitNetwork, training_set: TrainingSet) -> tuple[str, bool]:
    """The lowest cut whose features fit on the disk, and whether those of mirror images do too."""
    count = len(training_set.splits["train"])
    cuts = networks.cuts()
    for cut in cuts:
        if 2 * networks.size(cut) * _BYTES * count <= _MOST_BYTES:
            return cut, True
    # The highest of the smallest ones.
    return min(reversed(cuts), key=networks.size), False


def _fit_in_time(
    reader: FeatureReader,
    mirror: bool,
    options: TrainingOptions,
    spent_s: float,
    reporter: ProgressReporter,
) -> tuple[bool, Examples]:
    """Whether mirror images are read too, and of which training images, within the budget."""
    splits = reader.training_set.splits
    train = splits["train"]
    if options.time_budget_s is None:
        return mirror, train
    images_s = reader.seconds_per_image(train)
    others = sum(len(splits[name]) for name in ("validation", "test"))
    left_s = _READING * max(0.0, options.time_budget_s - spent_s) - others * images_s
    affordable = int(left_s / images_s)
    if mirror and affordable < 2 * len(train):
        mirror = False
        reporter.log("The time budget leaves no room for mirror images.")
    if affordable >= len(train):
        return mirror, train
    if affordable < _LEAST_IMAGES * len(train):
        needed_s = (len(train) + others) * images_s / _READING
        raise TrainingError(
            f"Fine-tuning on {len(train):,} pictures takes about {needed_s / 60:.0f} minutes here, "
            f"and {(options.time_budget_s - spent_s) / 60:.1f} are left. Give it a longer time "
            "budget, or train with the probe recipe."
        )
    reporter.log(f"The time budget is enough for {affordable:,} of the training pictures.")
    return mirror, _balanced(train, affordable, options.seed)


def _balanced(examples: Examples, count: int, seed: int) -> Examples:
    """So many of the images, the same of each class as far as there are."""
    order = np.random.default_rng(seed).permutation(len(examples))
    turn = np.empty(len(examples), np.int64)
    for label in np.unique(examples.y):
        of_class = order[examples.y[order] == label]
        turn[of_class] = np.arange(len(of_class))
    rows = np.sort(order[np.argsort(turn[order], kind="stable")[:count]])
    names = tuple(examples.content_hashes[row] for row in rows)
    return Examples(names, examples.y[rows])


def _plan(count: int, options: TrainingOptions, spent_s: float, reporter: ProgressReporter) -> Plan:
    least, most = _EPOCHS
    return Plan(
        epochs=options.epochs or min(most, max(least, round(_IMAGES_SEEN / count))),
        batch_size=32,
        seed=options.seed,
        time_budget_s=time_left_s(options.time_budget_s, spent_s, reporter),
        settled=0.5,
        patience=0.5,
        keep_start=True,
        by_loss=True,
    )
