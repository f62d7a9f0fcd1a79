import time
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.training.keras_loop.batches import Batch, epoch_batches


def rows_and_chance(rows: NDArray[np.int64], epoch: int, rng: np.random.Generator) -> Batch:
    return rows, rng.random((1, 1)).astype(np.float32), None


def epoch(number: int, seed: int = 0) -> list[list[Any]]:
    found = epoch_batches(rows_and_chance, 10, 3, number, seed)
    return [[rows.tolist(), chance.tolist()] for rows, chance, _ in found]


def test_each_image_comes_once_at_most() -> None:
    rows = [row for batch, _ in epoch(1) for row in batch]
    assert len(rows) == len(set(rows)) == 9


def test_order_and_chance_follow_from_seed_and_epoch() -> None:
    assert epoch(2) == epoch(2)
    assert epoch(2) != epoch(3)
    assert epoch(2) != epoch(2, seed=1)


def test_fewer_images_than_a_batch_are_one_batch() -> None:
    assert [len(batch[0]) for batch in epoch_batches(rows_and_chance, 3, 8, 1, 0)] == [3]


def test_an_error_in_the_making_comes_out() -> None:
    def fail(rows: NDArray[np.int64], epoch: int, rng: np.random.Generator) -> Batch:
        raise MemoryError

    with pytest.raises(MemoryError):
        list(epoch_batches(fail, 10, 3, 1, 0))


def test_who_leaves_early_does_not_wait_for_the_rest() -> None:
    made: list[int] = []

    def slow(rows: NDArray[np.int64], epoch: int, rng: np.random.Generator) -> Batch:
        made.append(epoch)
        time.sleep(0.01)
        return rows_and_chance(rows, epoch, rng)

    batches = epoch_batches(slow, 1000, 1, 1, 0)
    next(batches)
    batches.close()
    assert len(made) < 10
