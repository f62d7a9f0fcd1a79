"""Two models on the same images, also when they know different classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from tellapart.evaluation.metrics import ClassificationReport, classification_report

# From this number of different answers on, the approximation is as good as the sum.
_EXACT_BELOW = 25
_SIGNIFICANT = 0.05


def judge(
    labels: Sequence[str],
    probabilities: NDArray[np.floating],
    class_names: Sequence[str],
    also: Sequence[str] = (),
) -> ClassificationReport:
    """Judge a model by the names of classes, not by their numbers.

    Args:
        labels: the true class of each image [N].
        probabilities: what the model says [N, K].
        class_names: the classes that it knows [K]; a class that it does not know is a mistake.
        also: classes that the report should have too, so that two reports have the same.

    Raises:
        ValueError: there is nothing to judge.
    """
    names = [*class_names, *sorted({*labels, *also} - set(class_names))]
    numbers = {name: number for number, name in enumerate(names)}
    widened = np.zeros((len(labels), len(names)))
    widened[:, [numbers[name] for name in class_names]] = probabilities
    return classification_report([numbers[label] for label in labels], widened, names)


def some_names(names: Sequence[str]) -> str:
    """Up to five names of classes, and how many more there are."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(repr(name) for name in names[:5]) + more


def more_than_chance(mistakes: int, others: int) -> bool:
    """Whether two models on the same images differ by more than chance makes of equal ones.

    The difference of two counts of mistakes deviates by the square root of their sum at most.
    """
    return abs(mistakes - others) > sqrt(mistakes + others)


@dataclass(frozen=True)
class McNemar:
    """How many images only one of two models gets right, and whether that may be chance."""

    only_first: int
    only_second: int
    p_value: float

    def verdict(self, first: str, second: str) -> str:
        """The outcome in words, for models of these names."""
        total = self.only_first + self.only_second
        if total == 0:
            return f"{first} and {second} are right and wrong on the same pictures."
        chance = f"p = {self.p_value:.2g}" if self.p_value >= 0.001 else "p < 0.001"
        if self.only_first == self.only_second:
            return f"{first} and {second} are equally good here ({chance})."
        better, worse = (first, second) if self.only_first > self.only_second else (second, first)
        if self.p_value < _SIGNIFICANT:
            return f"{better} is better than {worse}; chance hardly explains it ({chance})."
        return f"{better} is ahead of {worse} here, but that may be chance ({chance})."


def mcnemar(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> McNemar:
    """McNemar's test (1947), two-sided, of which answers are right, bool [N] each.

    Only the images that one gets right and the other wrong speak. Up to 24 of them the binomial
    distribution is summed, above that it is the chi-squared one with Edwards' correction (1948).
    """
    b, c = int((first & ~second).sum()), int((second & ~first).sum())
    total = b + c
    if total < _EXACT_BELOW:
        tail = sum(comb(total, k) for k in range(min(b, c) + 1)) / 2**total
        return McNemar(b, c, min(1.0, 2 * tail))
    statistic = max(abs(b - c) - 1, 0) ** 2 / total
    return McNemar(b, c, erfc(sqrt(statistic / 2)))
