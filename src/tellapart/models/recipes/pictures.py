"""Pictures in memory, as the networks of the recipes take them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.models.training_data import UNEQUAL, Examples
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
        return _normalised(self.pixels[rows], self.mean, self.std)


class PicturesOnDemand:
    """Pictures that are prepared when they are first used: a short training does not use all."""

    def __init__(self, examples: Examples, prepare: Prepare, spec: PreprocessingSpec) -> None:
        """Nothing is read yet, and no memory is taken.

        Args:
            examples: the pictures.
            prepare: gives the pixels of a picture by its content hash; called by several threads.
            spec: how they are prepared; all channels are normalised alike.
        """
        self.y = examples.y
        self._names, self._prepare, self._spec = examples.content_hashes, prepare, spec
        # Pages of zeros take memory only once they are written to.
        self._pixels = np.zeros((len(examples), spec.height_px, spec.width_px, 3), np.uint8)
        self._known = np.zeros(len(examples), np.bool_)

    def pixels(self, rows: Rows) -> NDArray[np.uint8]:
        """Some of them: uint8 [n, H, W, 3].

        Raises:
            InvalidImage: a picture cannot be decoded.
        """
        places = np.arange(len(self.y))[rows]
        missing = places[~self._known[places]]
        if len(missing):
            with ThreadPoolExecutor(usable_cores(), thread_name_prefix="read") as pool:
                found = pool.map(self._prepare, [self._names[place] for place in missing])
                for place, pixels in zip(missing, found, strict=True):
                    self._pixels[place] = pixels
            self._known[missing] = True
        return self._pixels[places]

    def inputs(self, rows: Rows) -> NDArray[np.float32]:
        """Some of them, normalised: float32 [n, H, W, 3]."""
        return _normalised(self.pixels(rows), self._spec.mean[0], self._spec.std[0])


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
    """A weight for each picture that makes all classes count the same; None when they do.

    Args:
        y: classes int64 [N]; each of 0 to K - 1 occurs.
    """
    counts = np.bincount(y)
    if counts.max() < UNEQUAL * counts.min():
        return None
    return (len(y) / (len(counts) * counts))[y].astype(np.float32)
