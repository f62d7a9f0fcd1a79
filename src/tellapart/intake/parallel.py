"""Streams of work over threads."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

ProgressReport = Callable[[int, int], None]
Input = TypeVar("Input")
Output = TypeVar("Output")


def in_parallel(
    work: Callable[[Input], Output], items: Iterable[Input], threads: int
) -> Generator[Output, None, None]:
    """`map` over threads, in order, with a few items in flight: memory stays flat."""
    pending: deque[Future[Output]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="intake") as pool:
        try:
            for item in items:
                pending.append(pool.submit(work, item))
                if len(pending) >= threads * 3:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def batches(
    items: Iterable[Output], size: int, weight: Callable[[Output], int] = lambda _: 0,
    max_weight: int = 1,
) -> Iterator[list[Output]]:  # fmt: skip
    """Lists of up to `size` items, and fewer when together they weigh more than `max_weight`."""
    batch: list[Output] = []
    total = 0
    for item in items:
        heavy = weight(item)
        if batch and (len(batch) == size or total + heavy > max_weight):
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += heavy
    if batch:
        yield batch
