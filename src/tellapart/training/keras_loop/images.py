"""Images in memory, as the networks of the recipes take them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.training_set import UNEQUAL, Examples
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.runtime.cpu_budget import usable_cores

_ANSWER_BATCH = 256

Rows = slice | NDArray[np.int64]
Prepare = Callable[[str], NDArray[np.uint8]]


class Labelled(Protocol):
    """What a network learns from or is asked about, with its classes."""

    @property
    def y(self) -> NDArray[np.int64]:
        """Classes int64 [N]."""

    def inputs(self, rows: Rows) -> NDArray[Any]:
        """Some of it, as the network takes it: [n, …]."""


@dataclass(frozen=True)
class ImageArrays:
    """Images uint8 [N, S, S, 3] with their classes int64 [N].

    They are normalised when they are used: as float32 they would take four times the memory.
    """

    pixels: NDArray[np.uint8]
    y: NDArray[np.int64]
    mean: float
    std: float

    def inputs(self, rows: Rows) -> NDArray[np.float32]:
        """Some of them, normalised: float32 [n, S, S, 3]."""
        return _normalised(self.pixels[rows], self.mean, self.std)


@dataclass(frozen=True)
class LazyImages:
    """Images that are prepared whenever they are used.

    For small ones that takes a few hundredths of a step; kept, they could fill the memory.

    Attributes:
        examples: the images.
        prepare: gives the pixels of an image by its content hash; called by several threads.
        spec: how they are prepared; all channels are normalised alike.
    """

    examples: Examples
    prepare: Prepare
    spec: PreprocessingSpec

    @property
    def y(self) -> NDArray[np.int64]:
        """Classes int64 [N]."""
        return self.examples.y

    def pixels(self, rows: Rows) -> NDArray[np.uint8]:
        """Some of them: uint8 [n, H, W, 3].

        Raises:
            InvalidImage: an image cannot be decoded.
        """
        places = np.arange(len(self.y))[rows]
        found = np.empty((len(places), self.spec.height_px, self.spec.width_px, 3), np.uint8)
        names = [self.examples.content_hashes[place] for place in places]
        with ThreadPoolExecutor(usable_cores(), thread_name_prefix="read") as pool:
            for row, pixels in enumerate(pool.map(self.prepare, names)):
                found[row] = pixels
        return found

    def inputs(self, rows: Rows) -> NDArray[np.float32]:
        """Some of them, normalised: float32 [n, H, W, 3]."""
        return _normalised(self.pixels(rows), self.spec.mean[0], self.spec.std[0])


def _normalised(pixels: NDArray[np.uint8], mean: float, std: float) -> NDArray[np.float32]:
    return (pixels.astype(np.float32) - np.float32(mean)) / np.float32(std)


def answers(
    network: Any, asked: Labelled, rows: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.float32], ...]:
    """What a network says of all or some, [N, D] for each of its outputs.

    In batches of one size, so that the network is traced once.
    """
    order = np.arange(len(asked.y)) if rows is None else rows
    parts, count = [], len(order)
    for start in range(0, max(1, count), _ANSWER_BATCH):
        part = asked.inputs(order[start : start + _ANSWER_BATCH])
        filler = np.zeros((_ANSWER_BATCH - len(part), *part.shape[1:]), part.dtype)
        found = network.predict_on_batch(np.concatenate([part, filler]))
        outputs = found if isinstance(found, list | tuple) else [found]
        parts.append([np.asarray(output, np.float32) for output in outputs])
    return tuple(np.concatenate(output)[:count] for output in zip(*parts, strict=True))


def class_weights(y: NDArray[np.int64]) -> NDArray[np.float32] | None:
    """A weight for each image that makes all classes count the same; None when they do.

    Args:
        y: classes int64 [N]; each of 0 to K - 1 occurs.
    """
    counts = np.bincount(y)
    if counts.max() < UNEQUAL * counts.min():
        return None
    return (len(y) / (len(counts) * counts))[y].astype(np.float32)
