"""Pictures in memory, as the networks of the recipes take them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tellapart.images.preprocessing import PreprocessingSpec, prepare
from tellapart.jobs.monitor import Monitor
from tellapart.models.training_data import UNEQUAL, TrainingSet
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.store.tables import SPLITS, Split

_ANSWER_BATCH = 256
_PICTURES_PER_STAGE = 512

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


def read_pictures(
    training_set: TrainingSet, spec: PreprocessingSpec, max_pixels: int, monitor: Monitor
) -> dict[Split, NDArray[np.uint8]]:
    """All pictures of each split, prepared: uint8 [N, H, W, 3].

    Raises:
        InvalidImage: a picture cannot be decoded.
        JobCancelled: the monitor said so.
    """

    def read(name: str) -> NDArray[np.uint8]:
        return prepare(training_set.read(name), spec, max_pixels=max_pixels)

    total = sum(len(training_set.splits[split]) for split in SPLITS)
    done, pixels = 0, {}
    with ThreadPoolExecutor(usable_cores(), thread_name_prefix="read") as pool:
        for split in SPLITS:
            names = training_set.splits[split].content_hashes
            pixels[split] = np.empty((len(names), spec.height_px, spec.width_px, 3), np.uint8)
            for index, picture in enumerate(pool.map(read, names)):
                pixels[split][index] = picture
                done += 1
                monitor.check_cancelled()
                if done % _PICTURES_PER_STAGE == 0:
                    monitor.stage("Reading pictures", done / total)
    return pixels


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
