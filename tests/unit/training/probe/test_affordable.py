from collections.abc import Sequence

import numpy as np
import pytest

from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.training.probe import affordable as module
from tellapart.training.probe.affordable import affordable


def images(train: int, others: int) -> TrainingSet:
    """Three in four of the training images are of the first class."""

    def part(name: str, y: list[int]) -> Examples:
        return Examples(tuple(f"{name}{number}" for number in range(len(y))), np.array(y))

    splits = {
        "train": part("train", [int(number % 4 == 0) for number in range(train)]),
        "validation": part("validation", [0, 1] * (others // 2)),
        "test": part("test", [0, 1] * (others // 2)),
    }
    return TrainingSet(("a", "b"), splits, lambda _: b"", 32)  # type: ignore[arg-type]


class Clock:
    """Each embedded image takes a second."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def embed(self, names: Sequence[str]) -> None:
        self.now += len(names)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It stands still but for what is embedded."""
    found = Clock()
    monkeypatch.setattr(module, "time", found)
    return found


def test_as_many_are_left_as_there_is_time_for(clock: Clock) -> None:
    found = affordable(images(800, 100), set(), clock.embed, 1000)
    # Of the 700 seconds 200 go to validation and test.
    y = found.splits["train"].y
    assert len(y) == 500
    assert y.mean() == pytest.approx(0.25, abs=0.01)
    assert len(found.splits["test"]) == 100
    assert found.splits["train"].content_hashes[0] in ("train0", "train1", "train2")
    again = affordable(images(800, 100), set(), clock.embed, 1000)
    assert again.splits["train"].content_hashes == found.splits["train"].content_hashes


def test_what_has_an_embedding_is_kept(clock: Clock) -> None:
    kept = {f"train{number}" for number in range(300)}
    found = affordable(images(800, 0), kept, clock.embed, 200)
    assert kept <= set(found.splits["train"].content_hashes)
    assert len(found.splits["train"]) == 300 + 140


def test_all_are_taken_where_there_is_time_or_nothing_to_do(clock: Clock) -> None:
    training_set = images(800, 100)
    assert affordable(training_set, set(), clock.embed, 2000) is training_set
    everything = {name for part in training_set.splits.values() for name in part.content_hashes}
    clock.now = 0
    assert affordable(training_set, everything, clock.embed, 1) is training_set
    assert clock.now == 0


def test_a_few_of_each_class_are_always_left(clock: Clock) -> None:
    found = affordable(images(800, 100), set(), clock.embed, 1)
    assert np.bincount(found.splits["train"].y).min() >= 2
