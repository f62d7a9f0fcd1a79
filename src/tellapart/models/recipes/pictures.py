"""Pictures in memory, as the networks of the recipes take them."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tellapart.models.training_data import UNEQUAL

_ANSWER_BATCH = 256

Rows = slice | NDArray[np.int64]


class Labelled(Protocol):
    """What a network learns from or is asked about, with its classes."""

    @property
    def y(self) -> NDArray[np.int64]:
        """Classes int64 [N]."""

    def inputs(self, rows: Rows) -> NDArray[Any]:
        """Some of it, as the network takes it: [n, …]."""


@dataclass(frozen=True)
class Pictures:
    """Pictures uint8 [N, S, S, 3] with their classes int64 [N].

    They are normalised when they are used: as float32 they would take four times the memory.
    """

    pixels: NDArray[np.uint8]
    y: NDArray[np.int64]
    mean: float
    std: float

    def inputs(self, rows: Rows) -> NDArray[np.float32]:
        """Some of them, normalised: float32 [n, S, S, 3]."""
        pixels = self.pixels[rows].astype(np.float32)
        return (pixels - np.float32(self.mean)) / np.float32(self.std)


def answers(
    network: Any,
    asked: Labelled,
    output: int | None = None,
    rows: NDArray[np.int64] | None = None,
) -> NDArray[np.float32]:
    """What a network says of all or some: its only output, or the one with this number; [N, D].

    In batches of one size, so that the network is traced once.
    """
    order = np.arange(len(asked.y)) if rows is None else rows
    parts, count = [], len(order)
    for start in range(0, max(1, count), _ANSWER_BATCH):
        part = asked.inputs(order[start : start + _ANSWER_BATCH])
        filler = np.zeros((_ANSWER_BATCH - len(part), *part.shape[1:]), part.dtype)
        found = network.predict_on_batch(np.concatenate([part, filler]))
        parts.append(np.asarray(found if output is None else found[output], np.float32))
    return np.concatenate(parts)[:count]


def class_weights(y: NDArray[np.int64]) -> NDArray[np.float32] | None:
    """A weight for each picture that makes all classes count the same; None when they do.

    Args:
        y: classes int64 [N]; each of 0 to K - 1 occurs.
    """
    counts = np.bincount(y)
    if counts.max() < UNEQUAL * counts.min():
        return None
    return (len(y) / (len(counts) * counts))[y].astype(np.float32)
