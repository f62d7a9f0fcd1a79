import numpy as np

from tellapart.evaluation.metrics import ClassMetrics
from tellapart.evaluation.weaknesses import ConfusedPair, confused_pairs, weakest_classes


def score(label: str, recall: float, f1: float = 0.5, support: int = 9) -> ClassMetrics:
    return ClassMetrics(label=label, precision=0.5, recall=recall, f1=f1, support=support)


def test_the_weakest_classes() -> None:
    scores = [score("a", 1.0), score("b", 0.9), score("c", 0.2), score("d", 0.0, support=0)]
    assert [each.label for each in weakest_classes(scores)] == ["c", "b"]
    many = [score(str(k), 0.5, f1=1 - k / 10) for k in range(8)]
    assert [each.label for each in weakest_classes(many)] == ["7", "6", "5", "4", "3"]
    assert weakest_classes([]) == []


def test_pairs_that_are_confused() -> None:
    matrix = [[8, 2, 0], [2, 2, 0], [0, 5, 5]]
    assert confused_pairs(matrix, ("a", "b", "c")) == [
        ConfusedPair("c", "b", 5, 0.5),
        ConfusedPair("b", "a", 2, 0.5),
        ConfusedPair("a", "b", 2, 0.2),
    ]
    assert confused_pairs(np.eye(3, dtype=int).tolist(), ("a", "b", "c")) == []
    assert len(confused_pairs(np.ones((5, 5), int).tolist(), "abcde")) == 10
