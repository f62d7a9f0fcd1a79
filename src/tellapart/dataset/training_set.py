"""What a recipe is given: images with their classes, options, and somebody to report to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import NotEnoughData
from tellapart.images.preprocessing import ResizeMode
from tellapart.store.database import Database
from tellapart.store.tables import Split

Recipe = Literal["probe", "scratch", "finetune"]

# From this ratio of the largest to the smallest class on, recipes let each class count the same.
UNEQUAL = 1.5


@dataclass(frozen=True)
class Examples:
    """Images by content hash, and the class index of each, int64 [N]."""

    content_hashes: tuple[str, ...]
    y: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.content_hashes)


@dataclass(frozen=True)
class TrainingSet:
    """The labelled images of one dataset version.

    `read` gives the bytes of an image by its content hash and may be called by several threads.
    `median_side_px` is the median of the images' longer sides, `resize_mode` what their shapes
    ask for; None leaves it to the recipe.
    """

    class_names: tuple[str, ...]
    splits: Mapping[Split, Examples]
    read: Callable[[str], bytes]
    median_side_px: int
    resize_mode: ResizeMode | None = None


@dataclass(frozen=True)
class TrainingOptions:
    """What a user may choose; None leaves the choice to the recipe. Times are in seconds.

    `time_budget_s` is from the beginning of the recipe until its network has been asked about all
    images that it is judged by. With `fill_budget` a recipe may train longer than it would by
    itself, as long as the budget lasts.
    """

    recipe: Literal["auto", "probe", "scratch", "finetune"] = "auto"
    backbone: str = "efficientnet-lite0"
    epochs: int | None = None
    time_budget_s: float | None = None
    seed: int = 0
    resize_mode: ResizeMode | None = None
    fill_budget: bool = True


@dataclass(frozen=True)
class TrainingContext:
    """Where a recipe works: what it may read and keep, and its limits.

    `checkpoints` is a folder for the state of this training; None keeps none.
    """

    database: Database
    cache_dir: Path
    max_pixels: int
    scratch_max_px: int
    checkpoints: Path | None = None


def check_trainable(training_set: TrainingSet) -> None:
    """Make sure that a model can be trained and judged.

    One training image in a class is enough to go on; none is not. Validation may miss a class,
    even be empty (the model is then not calibrated); without a test split nothing could be said
    of the model.

    Raises:
        NotEnoughData: it cannot; the message says what is missing.
    """
    names, train = training_set.class_names, training_set.splits["train"]
    if sum(len(examples) for examples in training_set.splits.values()) == 0:
        raise NotEnoughData(
            "There are no labelled pictures to train on. Import a folder with one sub-folder a "
            "class first."
        )
    if len(names) < 2:
        raise NotEnoughData(
            f"All labelled pictures are of one class, {names[0]!r}. "
            "A classifier needs at least two: import pictures of another class."
        )
    counts = np.bincount(train.y, minlength=len(names))
    if missing := [name for name, count in zip(names, counts, strict=True) if count == 0]:
        raise NotEnoughData(
            f"No training picture of {_listed(missing)}. "
            "Import pictures of it, or move some there from the other splits."
        )
    if len(training_set.splits["test"]) == 0:
        raise NotEnoughData(
            "The test split is empty, so a model could not be judged. "
            "Import more pictures: from a few a class on, some go to the test split."
        )


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more classes"
