"""Averages of a network's weights along the training, which answer better than its last ones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = list[NDArray[Any]]


class AveragedWeights:
    """An exponential moving average of all weights, statistics of normalisation included.

    With `lookahead` the network itself goes on from the average (Zhang et al. 2019); without it
    the average stands aside and answers in its place (Polyak & Juditsky 1992).
    """

    def __init__(
        self,
        network: Any,
        decay: Callable[[float], float],
        *,
        every: int = 1,
        lookahead: bool = False,
    ) -> None:
        """Start from the weights of `network`.

        Args:
            network: a Keras model.
            decay: how much of the average is kept at an update, by the share of the training that
                is done, 0 to 1.
            every: steps from one update to the next.
            lookahead: whether the network goes on from the average.
        """
        self._network = network
        self._decay = decay
        self._every = every
        self._lookahead = lookahead
        self.weights: Arrays = network.get_weights()

    def after_step(self, step: int, share: float) -> None:
        """Take note of a step (from 1) after which `share` of the training is done."""
        if step % self._every:
            return
        kept = np.float32(self._decay(share))
        for mean, new in zip(self.weights, self._network.get_weights(), strict=True):
            np.multiply(mean, kept, out=mean)
            np.add(mean, (1 - kept) * new, out=mean)
        if self._lookahead:
            self._network.set_weights(self.weights)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Within the block the network has the average for its weights."""
        if self._lookahead:
            yield
            return
        own = self._network.get_weights()
        self._network.set_weights(self.weights)
        try:
            yield
        finally:
            self._network.set_weights(own)
