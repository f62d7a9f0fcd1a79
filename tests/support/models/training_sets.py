"""Small training sets that live in memory, and a reporter that remembers."""

from collections.abc import Mapping, Sequence

import numpy as np

from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.errors import JobCancelled
from tellapart.store.blobs import content_hash
from tellapart.store.tables import Split
from tests.support.images.builders import Size, jpeg_bytes
from tests.support.images.digit_images import digit_image, digit_label


def make_training_set(
    class_names: Sequence[str],
    images: Mapping[Split, Sequence[tuple[bytes, int]]],
    *,
    median_side_px: int = 48,
) -> TrainingSet:
    """A training set of the given files and class indices."""
    files = {content_hash(data): data for part in images.values() for data, _ in part}
    splits = {
        split: Examples(
            tuple(content_hash(data) for data, _ in part),
            np.array([label for _, label in part], dtype=np.int64),
        )
        for split, part in images.items()
    }
    return TrainingSet(tuple(class_names), splits, files.__getitem__, median_side_px)


def textures(
    counts: Mapping[Split, int],
    class_names: Sequence[str] = ("cats", "dogs"),
    *,
    size: Size = (48, 40),
) -> TrainingSet:
    """Striped JPEGs, so many of each class in each split."""
    images: dict[Split, list[tuple[bytes, int]]] = {}
    seed = 0
    for split, count in counts.items():
        images[split] = []
        for label, name in enumerate(class_names):
            for _ in range(count):
                seed += 1
                images[split].append((jpeg_bytes(*size, seed=seed, look=name), label))
    return make_training_set(class_names, images, median_side_px=max(size))


def digits(counts: Mapping[Split, int]) -> TrainingSet:
    """Real handwritten digits, 8 by 8 pixels, so many in each split."""
    images: dict[Split, list[tuple[bytes, int]]] = {}
    start = 0
    for split, count in counts.items():
        numbers = range(start, start + count)
        images[split] = [(digit_image(number), digit_label(number)) for number in numbers]
        start += count
    return make_training_set([str(digit) for digit in range(10)], images, median_side_px=8)


class Recorder:
    """A reporter that remembers what it was told, and stops the work on the n-th question."""

    def __init__(self, *, cancel_at: int | None = None) -> None:
        self.stages: list[tuple[str, float | None]] = []
        self.figures: list[dict[str, float]] = []
        self.messages: list[str] = []
        self._questions = 0
        self._cancel_at = cancel_at

    def stage(self, name: str, share: float | None) -> None:
        self.stages.append((name, share))

    def log(self, message: str, **figures: float) -> None:
        self.messages.append(message)
        self.figures.append(figures)

    def check_cancelled(self) -> None:
        self._questions += 1
        if self._questions == self._cancel_at:
            raise JobCancelled("The test asked for it.")
