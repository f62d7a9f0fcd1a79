import threading
import time

import pytest

from tellapart.intake.parallel import batches, in_parallel


def test_the_order_is_kept() -> None:
    def slow_at_first(number: int) -> int:
        time.sleep(0.02 if number == 0 else 0)
        return number * 2

    assert list(in_parallel(slow_at_first, range(50), 2)) == [number * 2 for number in range(50)]
    assert list(in_parallel(slow_at_first, [], 2)) == []


def test_few_items_are_in_flight() -> None:
    begun: list[int] = []
    results = in_parallel(begun.append, iter(range(10_000)), 2)
    next(results)
    assert len(begun) < 20
    results.close()


def test_an_error_comes_out_and_no_thread_stays() -> None:
    def fail(number: int) -> int:
        if number == 5:
            raise ValueError("five")
        return number

    with pytest.raises(ValueError, match="five"):
        list(in_parallel(fail, range(1000), 2))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("intake")]


@pytest.mark.parametrize(
    ("count", "expected"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (6, [3, 3])]
)
def test_batches(count: int, expected: list[int]) -> None:
    assert [len(batch) for batch in batches(range(count), 3)] == expected


def test_heavy_items_make_smaller_batches() -> None:
    found = batches([3, 3, 3, 9, 1, 1, 20, 1], 3, weight=lambda item: item, max_weight=7)
    assert list(found) == [[3, 3], [3], [9], [1, 1], [20], [1]]
