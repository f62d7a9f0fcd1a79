"""How unlike the training data an image is, by the features that a model sees in it.

It is the Mahalanobis distance (Lee et al. 2018) of features of length 1, under a covariance that is
known along the leading axes and the same in all other directions (Tipping and Bishop 1999). Most of
it is what lies outside the subspace of the training data, as in Wang et al. (2022). Length 1, so
that it goes by what the features say, not by how loudly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Dimensions of the subspace: at most these, and so few that something is left outside.
_LARGEST_RANK = 128
_SHARE_OF_FEATURES = 2
_IMAGES_PER_DIMENSION = 4
# More do not move the axes.
MOST_IMAGES = 4_000
_OVERSAMPLING = 32
_ITERATIONS = 4
# Added to all variances, as a share of their mean.
_SHRINKAGE = 0.1
_NORMAL_SHARE = 0.99
# From so many images on, the share of those further away can be counted.
_COUNTABLE = 500
# Measured on photos, three deviations of the mean leave about 1% outside.
_DEVIATIONS = 3.0


@dataclass(frozen=True)
class NoveltyDetector:
    """What is known of the training data: their `mean` float32 [D] and `axes` [D, R].

    The distance d of a vector z from the mean, in units of the deviation in an unknown direction:
    d**2 = |z|**2 - |z @ axes|**2. An axis is the shorter, the less it differs from such a
    direction. `median` is the median distance of the training images.
    """

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]
    median: float

    def distances(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """The distance of each row of features [N, D] to the training data, float32 [N]."""
        return _distances(features, self.mean, self.axes)


def fit_novelty(features: NDArray[np.float32]) -> NoveltyDetector:
    """Learn the axes of training features float32 [N, D], N at least 1.

    `MOST_IMAGES` are enough. The axes are found by subspace iteration from a fixed start (Halko
    et al. 2011).
    """
    unit = _unit(features)
    mean = unit.mean(axis=0)
    centred = unit - mean
    covariance = centred.T @ centred / len(centred)
    width = len(mean)
    rank = max(
        1,
        min(_LARGEST_RANK, width // _SHARE_OF_FEATURES, len(features) // _IMAGES_PER_DIMENSION),
    )
    axes = _known_axes(covariance, rank)
    median = float(np.median(_distances(features, mean, axes)))
    return NoveltyDetector(mean, axes, median)


def distance_threshold(distances: NDArray[np.floating]) -> float | None:
    """The distance that about 99% of normal images stay under.

    Of 500 and more it is counted. Fewer say little about their own margin: then it is the upper
    bound of a prediction interval, three deviations wide, and wider for Student's t, so that a
    small data set rather misses a strange image than doubts its own.

    Args:
        distances: those of validation images, which the detector was not fitted on.

    Returns:
        None for fewer than three images.
    """
    count = len(distances)
    if count < 3:
        return None
    counted = float(np.quantile(distances, _NORMAL_SHARE))
    if count >= _COUNTABLE:
        return counted
    z, freedom = _DEVIATIONS, count - 1
    student = z + (z**3 + z) / (4 * freedom)
    margin = student * float(np.std(distances, ddof=1)) * np.sqrt(1 + 1 / count)
    return max(counted, float(np.mean(distances)) + float(margin))


def _distances(
    features: NDArray[np.float32], mean: NDArray[np.float32], axes: NDArray[np.float32]
) -> NDArray[np.float32]:
    centred = _unit(features) - mean
    inside = centred @ axes
    squares = (centred**2).sum(axis=1) - (inside**2).sum(axis=1)
    distances: NDArray[np.float32] = np.sqrt(np.maximum(squares, 0)).astype(np.float32)
    return distances


def _unit(features: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (features / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit


def _known_axes(covariance: NDArray[np.float32], rank: int) -> NDArray[np.float32]:
    width = len(covariance)
    start = np.random.default_rng(0).normal(size=(width, min(width, rank + _OVERSAMPLING)))
    basis = np.linalg.qr(start.astype(np.float32))[0]
    for _ in range(_ITERATIONS):
        basis = np.linalg.qr(covariance @ basis)[0]
    variances, turns = np.linalg.eigh(basis.T @ covariance @ basis)
    known = np.maximum(variances[::-1][:rank], 0)
    whole = float(np.trace(covariance))
    added = max(_SHRINKAGE * whole / width, 1e-12)
    elsewhere = max(whole - float(known.sum()), 0.0) / max(width - rank, 1)
    lengths = np.sqrt(np.maximum(1 - (elsewhere + added) / (known + added), 0))
    axes: NDArray[np.float32] = (basis @ turns[:, ::-1][:, :rank] * lengths).astype(np.float32)
    return axes
