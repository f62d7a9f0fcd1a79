"""What the frozen lower part of a network makes of images, computed once and kept in files."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from blake3 import blake3
from numpy.lib import format as npy
from numpy.typing import NDArray

from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.errors import TrainingError
from tellapart.images.preprocessing import PreprocessingSpec, prepare
from tellapart.jobs.progress import ProgressReporter
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.training.keras_loop.images import Rows

_BATCH = 32

Maps = NDArray[np.float16] | NDArray[np.float32]


@dataclass(frozen=True)
class Features:
    """Maps of features [N, h, w, C] with their classes int64 [N]; `mirrored` are of mirror images.

    They are read from their files when they are used.
    """

    maps: Maps
    y: NDArray[np.int64]
    mirrored: Maps | None = None

    def inputs(self, rows: Rows) -> NDArray[np.float32]:
        """Some of them as float32 [n, h, w, C]."""
        return np.asarray(self.maps[rows], np.float32)

    def mixed(self, rows: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float32]:
        """Some of them, half of them of the mirror image where those are there."""
        found = self.inputs(rows)
        if self.mirrored is not None:
            turned = rng.random(len(rows)) < 0.5
            found[turned] = self.mirrored[rows[turned]]
        return found


@dataclass(frozen=True)
class FeatureReader:
    """Computes features and keeps them in `folder`, each in a file that is named by its content.

    `bottom` is a Keras model from prepared images uint8 [n, H, W, 3] to maps [n, h, w, C].
    """

    bottom: Any
    training_set: TrainingSet
    spec: PreprocessingSpec
    max_pixels: int
    folder: Path

    def read(
        self,
        examples: Examples,
        reporter: ProgressReporter,
        *,
        dtype: type[np.float16] | type[np.float32] = np.float32,
        mirror: bool = False,
    ) -> Maps:
        """The features of images as a memory-mapped array [N, h, w, C].

        Those that an interrupted training has kept are taken as they are.

        Raises:
            TrainingError: they do not fit on the disk.
            InvalidImage: an image cannot be decoded.
            JobCancelled: the reporter said so.
        """
        path = self.folder / f"{self._name(examples, dtype, mirror=mirror)}.npy"
        if not path.exists():
            shape = (len(examples), *self.bottom.output_shape[1:])
            try:
                self._write(path, shape, dtype, examples, mirror=mirror, reporter=reporter)
            except OSError as error:
                needed = np.prod(shape) * np.dtype(dtype).itemsize / 1e9
                raise TrainingError(
                    f"The features for fine-tuning cannot be kept in {self.folder}: "
                    f"{error.strerror or error}. They need {needed:.1f} GB there. Free some space, "
                    "or train with the probe recipe."
                ) from error
        if not len(examples):
            return np.zeros((0, *self.bottom.output_shape[1:]), dtype)
        maps: Maps = np.load(path, mmap_mode="r", allow_pickle=False)
        return maps

    def _name(self, examples: Examples, dtype: type[np.floating], *, mirror: bool) -> str:
        shape = self.bottom.output_shape[1:]
        what = [self.spec.to_json(), shape, np.dtype(dtype).str, mirror, examples.content_hashes]
        return f"features-{blake3(repr(what).encode()).hexdigest()[:16]}"

    def seconds_per_image(self, examples: Examples) -> float:
        """How long one image takes, by a batch of these."""
        names = examples.content_hashes[:_BATCH]
        with ThreadPoolExecutor(usable_cores()) as pool:
            # The first one prepares the others.
            self._maps(list(pool.map(self._prepare, names[:1])))
            began = time.monotonic()
            self._maps(list(pool.map(self._prepare, names)))
        return (time.monotonic() - began) / len(names)

    def _write(
        self,
        path: Path,
        shape: tuple[int, ...],
        dtype: type[np.floating],
        examples: Examples,
        *,
        mirror: bool,
        reporter: ProgressReporter,
    ) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        try:
            # Written, not mapped: a full disk is then an error and not the end of the process.
            with draft.open("wb") as file:
                npy.write_array_header_1_0(
                    file,
                    {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape},
                )
                for done, maps in self._computed(examples, mirror=mirror):
                    file.write(maps.astype(dtype).tobytes())
                    reporter.stage("Reading features", done / len(examples))
                    reporter.check_cancelled()
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def _computed(
        self, examples: Examples, *, mirror: bool
    ) -> Iterator[tuple[int, NDArray[np.float32]]]:
        names = examples.content_hashes
        with ThreadPoolExecutor(usable_cores(), thread_name_prefix="read") as pool:
            # The next batch is prepared while one is computed.
            following = pool.map(self._prepare, names[:_BATCH])
            for start in range(0, len(names), _BATCH):
                ready = list(following)
                following = pool.map(self._prepare, names[start + _BATCH : start + 2 * _BATCH])
                if mirror:
                    ready = [pixels[:, ::-1] for pixels in ready]
                yield start + len(ready), self._maps(ready)

    def _prepare(self, name: str) -> NDArray[np.uint8]:
        data = self.training_set.read(name)
        return prepare(data, self.spec, max_pixels=self.max_pixels)

    def _maps(self, images: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
        # Batches of one size, so that the network is traced once.
        batch = np.zeros((_BATCH, *images[0].shape), np.uint8)
        batch[: len(images)] = images
        found = np.asarray(self.bottom.predict_on_batch(batch), np.float32)
        return found[: len(images)]
