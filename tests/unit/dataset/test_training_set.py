import numpy as np
import pytest

from tellapart.dataset.training_set import (
    Examples,
    TrainingSet,
    check_trainable,
    leave_out_untrained,
)
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
        (make(("a", "b"), [0, 1], [0, 1], []), "test split is empty.* All 4 pictures are in train"),
        (make(("a", "b"), [0, 1], [], []), "test split is empty.* Each class has one picture"),
    ],
)
def test_what_is_missing_is_said(training_set: TrainingSet, words: str) -> None:
    with pytest.raises(NotEnoughData, match=words):
        check_trainable(training_set)


def test_a_class_without_training_images_is_left_out() -> None:
    everything = make(("a", "b", "c"), [0, 2, 2], [1, 2], [0, 1, 1, 2])
    check_trainable(everything)
    rest = leave_out_untrained(everything)
    assert rest.class_names == ("a", "c")
    assert rest.left_out == {"b": {"train": 0, "validation": 1, "test": 2}}
    assert [rest.splits[split].y.tolist() for split in rest.splits] == [[0, 1, 1], [1], [0, 1]]
    assert rest.splits["test"].content_hashes == ("0", "3")
    assert leave_out_untrained(rest) is rest
