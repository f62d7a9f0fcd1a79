"""What a model does worst: classes that it misses, and pairs that it takes for one another."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellapart.evaluation.metrics import ClassMetrics

MAX_CLASSES = 5
MAX_PAIRS = 10


@dataclass(frozen=True)
class ConfusedPair:
    """Test images of `label` that were taken for `predicted`, and their share of that class."""

    label: str
    predicted: str
    count: int
    share: float


def weakest_classes(per_class: Sequence[ClassMetrics]) -> list[ClassMetrics]:
    """Up to five classes with test images that were missed, lowest recall first."""
    missed = [score for score in per_class if score.support and (score.recall or 0) < 1]
    return sorted(missed, key=lambda score: (score.recall or 0, score.f1 or 0))[:MAX_CLASSES]


def confused_pairs(
    matrix: Sequence[Sequence[int]], class_names: Sequence[str]
) -> list[ConfusedPair]:
    """Up to ten cells beside the diagonal, most images first.

    Args:
        matrix: counts [K, K]; rows are the true class, columns the predicted one.
        class_names: K names.
    """
    found = [
        ConfusedPair(class_names[true], class_names[guess], count, count / sum(row))
        for true, row in enumerate(matrix)
        for guess, count in enumerate(row)
        if guess != true and count
    ]
    return sorted(found, key=lambda pair: (-pair.count, -pair.share))[:MAX_PAIRS]
