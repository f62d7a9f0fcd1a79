"""Images that are unlike the rest: by what they show, by their size.

Scores lie in 0 to 1, lower is worse. They are relative to the data set: a value in the middle
scores 1, one on the outer fence of Tukey (1977, "Exploratory Data Analysis") 0.5.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tellapart.runtime.linear_algebra import one_blas_thread
from tellapart.runtime.pca import project

Scores = NDArray[np.float32]

_DIRECTIONS = 128
_NEIGHBOURS = 10
_SAMPLE = 4096
_ROWS_AT_ONCE = 2048
# Of fewer images there is no saying what is usual.
_FEWEST = 20
# An image is never odd within these factors of what is usual.
_USUAL_DISTANCE, _USUAL_SIZE = 1.2, 2.0


@one_blas_thread()
def outlier_scores(embeddings: NDArray[np.float32]) -> Scores:
    """How near each image is to its ten nearest in a sample of the others.

    Distances to a sample tell outliers as well as those to all (Sugiyama and Borgwardt 2013,
    "Rapid distance-based outlier detection via sampling").

    Args:
        embeddings: float32 [N, D].
    """
    if len(embeddings) < _FEWEST:
        return np.ones(len(embeddings), np.float32)
    points, rest = project(embeddings, _DIRECTIONS)
    # What the projection leaves out is taken as at right angles between any two images.
    squares = np.einsum("nd,nd->n", points, points) + rest**2
    sample = np.arange(0, len(points), -(-len(points) // _SAMPLE))
    nearest = np.empty(len(points), np.float32)
    for start in range(0, len(points), _ROWS_AT_ONCE):
        rows = np.arange(start, min(start + _ROWS_AT_ONCE, len(points)))
        distances = squares[rows, None] + squares[sample] - 2 * points[rows] @ points[sample].T
        distances[rows[:, None] == sample] = np.inf
        close = np.partition(distances, _NEIGHBOURS - 1, axis=1)[:, :_NEIGHBOURS]
        nearest[rows] = np.sqrt(np.maximum(close, 1e-9)).mean(axis=1)
    return _fence_scores(np.log(nearest), math.log(_USUAL_DISTANCE), both_sides=False)


def odd_size_scores(widths_px: NDArray[np.int64], heights_px: NDArray[np.int64]) -> Scores:
    """How usual the size of each image is: the logarithm of its area, float32 [N]."""
    sizes = (np.log(widths_px) + np.log(heights_px)) / 2
    return _fence_scores(sizes.astype(np.float32), math.log(_USUAL_SIZE), both_sides=True)


def _fence_scores(values: Scores, least_reach: float, *, both_sides: bool) -> Scores:
    """1 in the middle, 0.5 on the fence (quartile + 3 quartile distances), falling towards 0."""
    if len(values) == 0:
        return values
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    reach = 3 * (high - low)
    above = np.maximum(values - middle, 0) / max(high + reach - middle, least_reach)
    if both_sides:
        above += np.maximum(middle - values, 0) / max(middle - low + reach, least_reach)
    scores: Scores = (1 / (1 + above)).astype(np.float32)
    return scores
