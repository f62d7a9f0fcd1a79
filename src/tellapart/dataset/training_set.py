"""What a model is trained on: images with their classes, by split."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import NotEnoughData
from tellapart.images.preprocessing import ResizeMode
from tellapart.store.tables import Split

# How much an image counts whose class a model has said, beside 1 of one with a label.
PSEUDO_LABEL_WEIGHT = 0.5

# From this ratio of the largest to the smallest class on, recipes let each class count the same.
UNEQUAL = 1.5


@dataclass(frozen=True)
class Examples:
    """Images by content hash, and the class index of each, int64 [N]."""

    content_hashes: tuple[str, ...]
    y: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.content_hashes)

    def at(self, rows: NDArray[np.intp]) -> "Examples":
        """Those in some rows."""
        names = tuple(self.content_hashes[row] for row in rows.tolist())
        return Examples(names, self.y[rows])


@dataclass(frozen=True)
class TrainingSet:
    """The labelled images of one dataset version.

    `read` gives the bytes of an image by its content hash and may be called by several threads.
    `median_side_px` is the median of the images' longer sides, `resize_mode` what their shapes
    ask for; None leaves it to the recipe. `left_out` are classes without a training image, with
    their images by split. `pseudo` are images whose classes a model has said: to train on with less
    weight, in no split, and never to judge by.
    """

    class_names: tuple[str, ...]
    splits: Mapping[Split, Examples]
    read: Callable[[str], bytes]
    median_side_px: int
    resize_mode: ResizeMode | None = None
    left_out: Mapping[str, Mapping[Split, int]] = field(default_factory=dict)
    pseudo: Examples = field(default_factory=lambda: Examples((), np.empty(0, np.int64)))


def leave_out_untrained(training_set: TrainingSet) -> TrainingSet:
    """The training set without the classes of which there is no training image.

    They cannot be learned, and must not keep the others from it: `left_out` names them, with what
    they have in other splits.
    """
    names = training_set.class_names
    counts = {
        split: np.bincount(examples.y, minlength=len(names))
        for split, examples in training_set.splits.items()
    }
    trained = counts["train"] > 0
    if trained.all():
        return training_set
    numbers = np.cumsum(trained) - 1
    return replace(
        training_set,
        class_names=tuple(name for name, kept in zip(names, trained, strict=True) if kept),
        splits={
            split: _chosen(examples, trained, numbers)
            for split, examples in training_set.splits.items()
        },
        pseudo=_chosen(training_set.pseudo, trained, numbers),
        left_out={
            names[number]: {split: int(counts[split][number]) for split in counts}
            for number in np.flatnonzero(~trained).tolist()
        },
    )


def check_trainable(training_set: TrainingSet) -> None:
    """Make sure that a model can be trained and judged.

    One training image in each of two classes is enough to go on. Validation may miss a class, even
    be empty (the model is then not calibrated); without a test split nothing could be said of the
    model.

    Raises:
        NotEnoughData: it cannot; the message says what is missing.
    """
    empty = not any(map(len, training_set.splits.values()))
    training_set = leave_out_untrained(training_set)
    names, left_out = training_set.class_names, list(training_set.left_out)
    if empty:
        raise NotEnoughData(
            "There are no labelled pictures to train on. Import a folder with one sub-folder a "
            "class first."
        )
    if left_out and len(names) < 2:
        raise NotEnoughData(
            f"No training picture of {_listed(left_out)}. "
            "Import pictures of it, or move some there from the other splits."
        )
    if len(names) < 2:
        raise NotEnoughData(
            f"All labelled pictures are of one class, {names[0]!r}. "
            "A classifier needs at least two: import pictures of another class."
        )
    if len(training_set.splits["test"]) == 0:
        raise NotEnoughData(
            f"The test split is empty, so a model could not be judged. {_why(training_set)}"
        )


def _why(training_set: TrainingSet) -> str:
    """Why no image is in test, and what to do."""
    sizes = sum(
        np.bincount(examples.y, minlength=len(training_set.class_names))
        for examples in training_set.splits.values()
    )
    if np.max(sizes) < 2:
        return "Each class has one picture: from two a class on, one goes to the test split."
    return (
        f"All {np.sum(sizes):,} pictures are in train or validation: they came with that split, "
        "were moved there, or are near-duplicates of pictures there. Move some of each class to "
        "test (Data, choose pictures, Move to), or import others with `--split test`."
    )


def _chosen(examples: Examples, classes: NDArray[np.bool_], numbers: NDArray[np.int64]) -> Examples:
    """The images of some classes, which get new numbers."""
    chosen = examples.at(np.flatnonzero(classes[examples.y]))
    return Examples(chosen.content_hashes, numbers[chosen.y])


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more classes"
