"""Streams of work over threads."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from tellapart.runtime.cpu_budget import usable_cores

ProgressReport = Callable[[int, int], None]
Input = TypeVar("Input")
Output = TypeVar("Output")


def in_parallel(work: Callable[[Input], Output], items: Iterable[Input]) -> Iterator[Output]:
    """`map` over all usable cores, in order, with a few items in flight: memory stays flat."""
    threads = usable_cores()
    pending: deque[Future[Output]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="intake") as pool:
        try:
            for item in items:
                pending.append(pool.submit(work, item))
                if len(pending) >= threads * 4:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def counted(items: Iterable[Output], total: int, on_progress: ProgressReport) -> Iterator[Output]:
    """Pass items on, and call `on_progress(done, total)` before each."""
    for done, item in enumerate(items, start=1):
        on_progress(done, total)
        yield item


def batches(items: Iterable[Output], size: int) -> Iterator[list[Output]]:
    """Lists of `size` items; the last one may be shorter."""
    batch: list[Output] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
