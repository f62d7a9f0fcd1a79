"""Whether new predictions are like those of held-out images, and how far chance moves them.

A threshold is what fewer than one window in a thousand of the same kind of images comes to, or what
matters at all, whichever is more. It counts both samples as small: the held-out images are as much
a sample as the window is.
"""

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

# One-sided, for each measure; so five of them are wrong in less than one window of a hundred.
FALSE_ALARMS = 0.001
_Z = NormalDist().inv_cdf(1 - FALSE_ALARMS)
# Below it a population is called stable in credit scoring, where the index comes from.
SMALLEST_INDEX = 0.1
# Smaller differences of a share or of a mean confidence may be real, but are no news.
SMALLEST_DIFFERENCE = 0.02
# Jeffreys: keeps the index finite where a cell is empty.
_PRIOR = 0.5


def index_terms(expected: ArrayLike, seen: ArrayLike) -> NDArray[np.float64]:
    """What each cell adds to the population stability index, float64 [cells].

    Args:
        expected: int [cells], counts of held-out images.
        seen: int [cells], counts of predictions.
    """
    p, q = _shares(expected), _shares(seen)
    return np.asarray((q - p) * np.log(q / p))


def stability_index(expected: ArrayLike, seen: ArrayLike) -> float:
    """The population stability index: the symmetric Kullback-Leibler divergence of two histograms.

    Siddiqi, Credit Risk Scorecards (2006); shares are smoothed by half a count a cell.

    Args:
        expected: int [cells], counts of held-out images.
        seen: int [cells], counts of predictions.
    """
    return float(index_terms(expected, seen).sum())


def index_threshold(cells: int, expected: int, seen: int) -> float:
    """The index that samples of these sizes hardly ever have by chance, and at least 0.1.

    By chance it is (1 / expected + 1 / seen) times a chi-squared variable of cells - 1 degrees of
    freedom (Yurdakul and Naranjo, Journal of Risk Model Validation 2020).
    """
    if cells < 2:
        return SMALLEST_INDEX
    by_chance = chi_squared_quantile(cells - 1, _Z) * (1 / expected + 1 / seen)
    return max(SMALLEST_INDEX, by_chance)


def chi_squared_quantile(freedom: int, z: float) -> float:
    """The quantile where a normal variable has `z` (Wilson and Hilferty 1931), within 3%."""
    part = 2 / (9 * freedom)
    return freedom * max(0.0, 1 - part + z * math.sqrt(part)) ** 3


def share_threshold(found: int, expected: int, seen: int) -> float:
    """The share in `seen` predictions that is too much, when `found` of `expected` images have it.

    It is where a one-sided test of two shares with a pooled variance begins to reject, the joint
    sampling prediction limit of Krishnamoorthy and Peng (2011); at least two percentage points more
    than in the images.
    """
    share = max(found, _PRIOR) / expected
    low, high = share, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        pooled = (share * expected + middle * seen) / (expected + seen)
        deviation = math.sqrt(pooled * (1 - pooled) * (1 / expected + 1 / seen))
        low, high = (low, middle) if middle - share > _Z * deviation else (middle, high)
    return min(1.0, max(high, found / expected + SMALLEST_DIFFERENCE))


def mean_threshold(mean: float, deviation: float, expected: int, seen: int) -> float:
    """The mean that is too low, when that of `expected` images is `mean`.

    By a one-sided z-test of two means; at least two percentage points lower.

    Args:
        mean: of the images.
        deviation: of both samples together. Confidences are skewed: by chance, a sample with few
            low ones has a high mean and a small deviation, and would find the other one too low.
        expected: how many images.
        seen: how many predictions.
    """
    by_chance = _Z * deviation * math.sqrt(1 / expected + 1 / seen)
    return max(0.0, mean - max(SMALLEST_DIFFERENCE, by_chance))


def expected_accuracy(accuracy: float, mean_confidence: float, mean_now: float) -> float:
    """The accuracy to expect now, from that in the test: it falls as the mean confidence does.

    Difference of confidences (Guillory et al., ICCV 2021), with a slope of 1: right where the
    confidences stay calibrated.
    """
    return min(1.0, max(0.0, accuracy - (mean_confidence - mean_now)))


def _shares(counts: ArrayLike) -> NDArray[np.float64]:
    smoothed = np.asarray(counts, np.float64) + _PRIOR
    return np.asarray(smoothed / smoothed.sum())
