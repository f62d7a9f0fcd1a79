"""Which layers of the backbone a head uses: the last, the last stage with it, or all.

What is pooled of earlier layers helps where images are unlike those that the backbone has seen
(Evci et al. 2022, "Head2Toe"), and only makes the head larger where they are like them. So the
candidates are compared by cross-fitting on some training images.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tellapart.features.backbones.catalogue import Backbone
from tellapart.training.probe.cross_fitting import CrossFit, cross_fit, inner_products

# So many settle it within three seconds.
MOST_IMAGES = 1_500
# Of fewer the last layer is taken.
_FEWEST_IMAGES = 40


@dataclass(frozen=True)
class DepthTrial:
    """A number of columns, which layers they are in words, and what cross-fitting said."""

    columns: int
    layers: str
    found: CrossFit


def sample_rows(images: int) -> NDArray[np.int64]:
    """The rows of the training images to compare by, in no order; none of too few."""
    if images < _FEWEST_IMAGES:
        return np.empty(0, np.int64)
    return np.random.default_rng(0).permutation(images)[:MOST_IMAGES]


def compare_depths(
    features: NDArray[np.float32], y: NDArray[np.int64], backbone: Backbone
) -> list[DepthTrial]:
    """Fits on the first columns of features float32 [N, D], for each of `Backbone.depths`."""
    trials: list[DepthTrial] = []
    start = 0
    kernel = np.zeros((len(features), len(features)), np.float32)
    for columns in backbone.depths:
        parts = backbone.parts(columns)[len(backbone.parts(start)) if start else 0 :]
        kernel += inner_products(features[:, start:columns], parts)
        start = columns
        layers = describe_depth(columns, backbone)
        trials.append(DepthTrial(columns, layers, cross_fit(kernel, y)))
    return trials


def best_depth(trials: Sequence[DepthTrial]) -> DepthTrial:
    """The first one, unless a later one is better by more than a standard error."""
    best = trials[0]
    for trial in trials[1:]:
        if trial.found.clearly_better(best.found):
            best = trial
    return best


def describe_depth(columns: int, backbone: Backbone) -> str:
    """In words, which layers the first columns are."""
    pools = backbone.pools_within(columns)
    if not pools:
        return "last layer"
    if columns == backbone.depths[-1]:
        return "last layer and all blocks"
    # Of each block there are the mean and the maximum.
    return f"last layer and the last {pools // 2} blocks"
