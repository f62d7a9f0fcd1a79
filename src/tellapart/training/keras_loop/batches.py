"""Batches of an epoch, in an order that follows from the seed, made ahead of their use."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import numpy as np
from numpy.typing import NDArray

# Inputs [n, …], targets float32 [n, K] that add up to 1, and weights float32 [n] or None.
Batch = tuple[NDArray[np.generic], NDArray[np.float32], NDArray[np.float32] | None]

# Makes the batch of these rows int64 [n] in this epoch (from 1), with this source of chance: the
# place for augmentation. It is called by another thread than the one that trains.
MakeBatch = Callable[[NDArray[np.int64], int, np.random.Generator], Batch]

_AHEAD = 3


def epoch_batches(
    make: MakeBatch, count: int, batch_size: int, epoch: int, seed: int
) -> Generator[Batch]:
    """The full batches of one epoch; what does not fill the last has its turn in another epoch.

    Chance comes from seed, epoch and step alone, so an epoch that is begun again is the same.
    """
    order = np.random.default_rng([seed, epoch]).permutation(count)
    steps = max(1, count // batch_size)

    def batch(step: int) -> Batch:
        rows = order[step * batch_size : (step + 1) * batch_size]
        return make(rows, epoch, np.random.default_rng([seed, epoch, step]))

    with ExitStack() as stack:
        pool = ThreadPoolExecutor(1, thread_name_prefix="batches")
        # Whoever leaves early does not wait for batches that nobody will use.
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        waiting = [pool.submit(batch, step) for step in range(min(_AHEAD, steps))]
        for step in range(steps):
            ready = waiting.pop(0).result()
            if step + _AHEAD < steps:
                waiting.append(pool.submit(batch, step + _AHEAD))
            yield ready
