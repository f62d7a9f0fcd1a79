"""How far a probability can be believed: temperature, calibration error, when to abstain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LOWEST_TEMPERATURE = 0.05
HIGHEST_TEMPERATURE = 20.0
# Shares of right answers that a threshold may aim at.
TARGETS = (0.99, 0.98, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6)
# Where nobody has said which: the first, or the next lower one that leaves enough answers.
USUAL_TARGET = 0.95
_LEAST_COVERAGE = 0.5
# Answers that are thought of beside those that were counted.
_IMAGINED = 100
# Below this a calibrated guess is more likely wrong than right.
LOWEST_THRESHOLD = 0.5
BINS = 15
_GOLDEN = (np.sqrt(5) - 1) / 2
# An odd number has 1 in its middle: a place without images stays exactly there.
_GRID = 41
_SECTIONS = 25
# Of the logarithm of the temperature.
_PRIOR_DEVIATION = 0.5


@dataclass(frozen=True)
class ReliabilityBin:
    """The predictions with a confidence in (low, high]: what they claim and how many are right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class ConfidenceThreshold:
    """Abstain below `threshold`. `precision` of the rest, and its share of all, `coverage`.

    `reached` is whether the rest is as often right as it should be, by what was counted and by what
    the model says of itself.
    """

    threshold: float
    precision: float
    coverage: float
    reached: bool


def softmax(logits: ArrayLike, temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities [N, K] of logits [N, K] divided by the temperature."""
    return np.exp(_log_softmax(np.asarray(logits, dtype=np.float64) / temperature))


def fit_temperature(logits: ArrayLike, y_true: ArrayLike) -> float:
    """The temperature that makes softmax(logits / temperature) honest (Guo et al. 2017).

    Validation sets are small and often without a mistake; plain maximum likelihood then claims
    certainty. So the likelihood is weighed against a prior that expects a temperature near 1. On
    splits of photos with 94 validation images (log loss on test): plain 0.077, with the prior
    0.025. Platt's (1999) softened targets, another way, give 0.036.

    Args:
        logits: float [N, K].
        y_true: int [N].

    Returns:
        A temperature between 0.05 and 20; 1 when there is nothing to learn from.
    """
    z, y = np.asarray(logits, dtype=np.float64), np.asarray(y_true, dtype=np.int64)
    rows = np.arange(len(y))

    def loss(log_temperature: float) -> float:
        likelihood = _log_softmax(z / np.exp(log_temperature))[rows, y].sum()
        return float((log_temperature / _PRIOR_DEVIATION) ** 2 / 2 - likelihood)

    return float(np.exp(_minimum(loss, np.log(LOWEST_TEMPERATURE), np.log(HIGHEST_TEMPERATURE))))


def reliability_bins(probabilities: ArrayLike, y_true: ArrayLike) -> tuple[ReliabilityBin, ...]:
    """Predictions by confidence in 15 bins of equal width; empty bins are left out."""
    p, y = np.asarray(probabilities, dtype=np.float64), np.asarray(y_true, dtype=np.int64)
    confidence, right = p.max(axis=1), p.argmax(axis=1) == y
    edges = np.linspace(0, 1, BINS + 1)
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, BINS - 1)
    return tuple(
        ReliabilityBin(
            low=float(edges[k]),
            high=float(edges[k + 1]),
            count=int(inside.sum()),
            confidence=float(confidence[inside].mean()),
            accuracy=float(right[inside].mean()),
        )
        for k in range(BINS)
        if (inside := place == k).any()
    )


def expected_calibration_error(probabilities: ArrayLike, y_true: ArrayLike) -> float:
    """Mean distance between confidence and accuracy over 15 bins (Naeini et al. 2015)."""
    bins = reliability_bins(probabilities, y_true)
    total = sum(entry.count for entry in bins)
    return sum(entry.count * abs(entry.confidence - entry.accuracy) for entry in bins) / total


def confidence_threshold(
    probabilities: ArrayLike, y_true: ArrayLike, target_precision: float
) -> ConfidenceThreshold:
    """The threshold that answers as many images as possible at the target precision.

    Of few images, the best share of right answers is a matter of luck, and calibrated confidences
    vary far less. So the share must be reached also where a hundred more answers are imagined, of
    which as many are right as the model expects: a beta prior (decision 35). It is never under 0.5,
    where a guess is more likely wrong than right. When no threshold reaches the target, it is the
    one that comes nearest.

    Args:
        probabilities: float [N, K], calibrated.
        y_true: int [N].
        target_precision: share of right answers among those given, 0 to 1.
    """
    p, y = np.asarray(probabilities, dtype=np.float64), np.asarray(y_true, dtype=np.int64)
    confidence, right = p.max(axis=1, initial=0.0), p.argmax(axis=1) == y
    order = np.argsort(-confidence, kind="stable")
    confidence, right = confidence[order], right[order]
    # Cut only between different confidences, and only above the floor.
    ends = np.append(confidence[1:] < confidence[:-1], True) & (confidence >= LOWEST_THRESHOLD)
    cuts = np.flatnonzero(ends[: len(confidence)])
    if len(cuts) == 0:
        return ConfidenceThreshold(LOWEST_THRESHOLD, precision=0.0, coverage=0.0, reached=False)
    answered = cuts + 1
    precision = np.cumsum(right)[cuts] / answered
    expected = np.cumsum(confidence)[cuts] / answered
    weighed = (np.cumsum(right)[cuts] + _IMAGINED * expected) / (answered + _IMAGINED)
    careful = np.minimum(precision, weighed)
    reached = np.flatnonzero(careful >= target_precision)
    best = int(reached[-1]) if len(reached) else _last_argmax(careful)
    cut = int(cuts[best])
    below = confidence[cut + 1] if cut + 1 < len(confidence) else 0.0
    # Half-way to the next one, so that rounding does not decide.
    threshold = max(LOWEST_THRESHOLD, float(confidence[cut] + below) / 2)
    coverage = (cut + 1) / len(confidence)
    return ConfidenceThreshold(threshold, float(precision[best]), coverage, len(reached) > 0)


def threshold_costs(
    probabilities: ArrayLike, y_true: ArrayLike
) -> tuple[tuple[float, ConfidenceThreshold], ...]:
    """What each target costs: each of `TARGETS` that is reached, and its threshold.

    Args:
        probabilities: float [N, K], calibrated.
        y_true: int [N].
    """
    found = [(target, confidence_threshold(probabilities, y_true, target)) for target in TARGETS]
    return tuple((target, cost) for target, cost in found if cost.reached)


def choose_target(costs: Sequence[tuple[float, ConfidenceThreshold]]) -> float:
    """The usual target, or the highest under it that leaves an answer to half of the images.

    Args:
        costs: what `threshold_costs` gives.
    """
    useful = (
        target
        for target, cost in costs
        if target <= USUAL_TARGET and cost.coverage >= _LEAST_COVERAGE
    )
    return next(useful, TARGETS[-1])


def _last_argmax(values: NDArray[np.float64]) -> int:
    return int(np.flatnonzero(values == values.max())[-1])


def _log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def _minimum(loss: Callable[[float], float], low: float, high: float) -> float:
    """The lowest point of a curve: the best of a grid, refined by golden sections."""
    grid = np.linspace(low, high, _GRID)
    best = int(np.argmin([loss(point) for point in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, _GRID - 1)]
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = loss(left), loss(right)
    for _ in range(_SECTIONS):
        # One of the two inner points serves the next section too.
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = loss(right)
    return float((low + high) / 2)
