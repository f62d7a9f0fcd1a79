"""Confidences and distance scores counted in fixed buckets, which can be added up.

Calibrated confidences crowd under 1. So the buckets of confidences halve what is missing to 1 with
every second one; those of distance scores are a twentieth wide, and 1, which half of the training
data has, is one by itself. Numbers rise with the scores.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LAST_CONFIDENCE = 32
_DISTANCES = 20
# A cell has about this share of the images that it was cut for.
_SHARE_OF_A_CELL = 0.1


@dataclass(frozen=True)
class ScoreCells:
    """Neighbouring buckets, cut into cells: `first` are the numbers of the first bucket of each."""

    first: tuple[int, ...]

    def count(self, buckets: Mapping[int, int]) -> NDArray[np.int64]:
        """How many lie in each cell, int64 [cells]."""
        counts = np.zeros(len(self.first), np.int64)
        for number, count in buckets.items():
            counts[max(0, int(np.searchsorted(self.first, number, side="right")) - 1)] += count
        return counts


def confidence_bucket(confidence: float) -> int:
    """The number of the bucket of a confidence of 0 to 1; NaN is in the first."""
    if not confidence > 0:
        return 0
    missing = max(1 - confidence, 2 ** -(_LAST_CONFIDENCE / 2))
    return math.floor(-2 * math.log2(missing))


def distance_bucket(score: float) -> int:
    """The number of the bucket of a distance score of 0 to 1; NaN is in the first."""
    return math.floor(_DISTANCES * min(1.0, score)) if score > 0 else 0


def confidence_edge(number: int) -> float:
    """The lowest confidence of a bucket; 1 for one beyond the last."""
    return 1.0 if number > _LAST_CONFIDENCE else 1 - 2 ** (-number / 2)


def distance_edge(number: int) -> float:
    """The lowest distance score of a bucket; 1 for one beyond the last."""
    return min(1.0, number / _DISTANCES)


def confidence_variance(buckets: Mapping[int, int]) -> float:
    """The variance of confidences, as if each lay in the middle of its bucket; 0 without any."""
    if not buckets:
        return 0.0
    middles = [(confidence_edge(number) + confidence_edge(number + 1)) / 2 for number in buckets]
    counts = np.array(list(buckets.values()), np.float64)
    mean = np.average(middles, weights=counts)
    return float(np.average((np.array(middles) - mean) ** 2, weights=counts))


def cut_cells(buckets: Mapping[int, int]) -> ScoreCells:
    """Cells that have about a tenth of what was counted each, as far as the buckets allow it.

    Few cells with many images each say more of a difference than many with few. A bucket that is a
    cell by itself is kept apart from those under it, also where none was counted there.
    """
    enough = _SHARE_OF_A_CELL * sum(buckets.values())
    first, held = [0], 0
    for number in sorted(buckets):
        if number > first[-1] and (held >= enough or buckets[number] >= enough):
            first.append(number)
            held = 0
        held += buckets[number]
    return ScoreCells(tuple(first))


def edges(cells: ScoreCells, *, of_distances: bool) -> Sequence[float]:
    """The borders of the cells, one more than there are cells; the last is 1."""
    edge = distance_edge if of_distances else confidence_edge
    return [*(edge(number) for number in cells.first), 1.0]
