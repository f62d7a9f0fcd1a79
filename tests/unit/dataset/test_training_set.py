import numpy as np
import pytest

from tellapart.dataset.training_set import Examples, TrainingSet, check_trainable
from tellapart.errors import NotEnoughData
from tellapart.store.tables import Split


def make(
    names: tuple[str, ...], train: list[int], validation: list[int], test: list[int]
) -> TrainingSet:
    def examples(y: list[int]) -> Examples:
        return Examples(tuple(str(index) for index in range(len(y))), np.array(y, np.int64))

    splits: dict[Split, Examples] = {
        "train": examples(train),
        "validation": examples(validation),
        "test": examples(test),
    }
    return TrainingSet(names, splits, lambda _: b"", 48)


@pytest.mark.parametrize(
    "training_set",
    [
        make(("a", "b"), [0, 1], [], [0]),
        make(("a", "b"), [0, 0, 0, 1], [0], [0, 1]),
        make(("a", "b", "c"), [0, 1, 2], [1], [2]),
    ],
)
def test_few_images_are_enough(training_set: TrainingSet) -> None:
    check_trainable(training_set)


@pytest.mark.parametrize(
    ("training_set", "words"),
    [
        (make((), [], [], []), "no labelled pictures"),
        (make(("a", "b"), [], [], []), "no labelled pictures"),
        (make(("cats",), [0, 0], [0], [0]), "of one class, 'cats'"),
        (make(("a", "b c"), [0, 0], [0], [1]), "No training picture of 'b c'"),
        (make(tuple("abcdefgh"), [0], [0], [1]), "'b', 'c', 'd', 'e', 'f' and 2 more"),
        (make(("a", "b"), [0, 1], [0, 1], []), "test split is empty"),
    ],
)
def test_what_is_missing_is_said(training_set: TrainingSet, words: str) -> None:
    with pytest.raises(NotEnoughData, match=words):
        check_trainable(training_set)
