"""Candidates for a probe, compared by cross-fitting on some of the training images."""

import math
import time
from collections.abc import Sequence
from typing import get_args

from tellapart.images.preprocessing import PreprocessingSpec, ResizeMode, prepare
from tellapart.training.probe.cross_fitting import CrossFit, cross_fit, inner_products
from tellapart.training.probe.depth import (
    DepthTrial,
    best_depth,
    compare_depths,
    sample_rows,
)
from tellapart.training.probe.embedded_set import EmbeddedSet

# So many tell ways of preparing images apart; each way takes a few seconds.
_PREPARED_IMAGES = 300
# Of the time budget, what another way may take for all images.
_SHARE = 0.5
# By so many, of this size, it is seen whether images are square.
_LOOKED_AT, _LOOK_PX = 16, 32


def compare_layers(data: EmbeddedSet) -> list[DepthTrial]:
    """Heads on the last layer, and on earlier ones with it."""
    train, backbone, reporter = data.training_set.splits["train"], data.backbone, data.reporter
    rows = sample_rows(len(train))
    if len(backbone.depths) == 1 or not len(rows):
        return []
    reporter.stage("Comparing layers", None)
    names = [train.content_hashes[row] for row in rows]
    trials = compare_depths(data.embed(names, backbone.depths[-1]), train.y[rows], backbone)
    for trial in trials:
        reporter.log(f"Head on the {trial.layers}: {_said(trial.found, len(rows))}")
    reporter.log(f"Chose the {best_depth(trials).layers}")
    return trials


def choose_preparation(data: EmbeddedSet, budget_s: float | None) -> tuple[EmbeddedSet, list[str]]:
    """The images cropped, framed or stretched: as they are, unless another way is clearly better.

    Returns:
        The data in the chosen way, and what was compared, in words.
    """
    train, reporter = data.training_set.splits["train"], data.reporter
    rows = sample_rows(len(train))[:_PREPARED_IMAGES]
    if not len(rows) or _are_square(data):
        return data, []
    reporter.stage("Comparing ways to prepare pictures", None)
    names = [train.content_hashes[row] for row in rows]
    own = data.backbone.spec.resize_mode
    y, images = train.y[rows], sum(map(len, data.training_set.splits.values()))
    most_s = math.inf if budget_s is None else _SHARE * budget_s
    found: dict[ResizeMode, CrossFit] = {}
    for mode in (own, *(mode for mode in get_args(ResizeMode) if mode != own)):
        way = data.resized(mode)
        columns, kept = way.backbone.depths[-1], way.kept()
        began, lacking = time.monotonic(), len(names) - len(kept.intersection(names))
        features = way.embed(names, columns)
        seconds = (time.monotonic() - began) / max(lacking, 1) * (images - len(kept))
        if mode != own and lacking and seconds > most_s:
            reporter.log(f"There is no time to embed all pictures by {mode}.")
            break
        found[mode] = cross_fit(inner_products(features, way.backbone.parts(columns)), y)
        reporter.log(f"Pictures prepared by {mode}: {_said(found[mode], len(rows))}")
    best = own
    for mode, fit in found.items():
        if fit.clearly_better(found[best]):
            best = mode
    reporter.log(f"Chose {best}: only what is clearly better replaces {own}")
    return data.resized(best), [f"{mode} {_briefly(fit)}" for mode, fit in found.items()]


def trials_in_words(trials: Sequence[DepthTrial]) -> list[str]:
    """What was said of each, briefly."""
    return [f"{trial.layers} {_briefly(trial.found)}" for trial in trials]


def _briefly(found: CrossFit) -> str:
    return f"{found.accuracy:.1%} (log loss {found.loss:.3f})"


def _said(found: CrossFit, images: int) -> str:
    return (
        f"{found.accuracy:.1%} right, log loss {found.loss:.3f}, by cross-fitting on {images:,} "
        "training pictures"
    )


def _are_square(data: EmbeddedSet) -> bool:
    """Whether all ways of preparing give the same."""
    names = data.training_set.splits["train"].content_hashes
    some = names[:: max(1, len(names) // _LOOKED_AT)]

    def looks(mode: ResizeMode) -> list[bytes]:
        spec = PreprocessingSpec(_LOOK_PX, _LOOK_PX, mode)
        limit = data.context.max_pixels
        read = data.training_set.read
        return [prepare(read(name), spec, max_pixels=limit).tobytes() for name in some]

    return looks("crop") == looks("stretch")
