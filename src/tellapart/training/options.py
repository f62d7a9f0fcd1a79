"""What a recipe is told beside the images: what the user chose, and where it works."""

from dataclasses import dataclass
from pathlib import Path

from tellapart.images.preprocessing import ResizeMode
from tellapart.jobs.contracts import BUILT_IN_BACKBONE, RecipeChoice
from tellapart.store.database import Database

# What chose how images are prepared: their shapes, somebody, or a comparison.
BY_SHAPES, BY_REQUEST, BY_COMPARISON = "shapes", "request", "comparison"


@dataclass(frozen=True)
class TrainingOptions:
    """What a user may choose; None leaves the choice to the recipe. Times are in seconds.

    `time_budget_s` is from the beginning of the recipe until its network has been asked about all
    images that it is judged by; a probe learns from as many as it can embed in it. With
    `fill_budget` a recipe may train longer than it would by itself, as long as the budget lasts.
    With `compare_preparations` a probe tries some images cropped, framed and stretched, where
    `resize_mode` is None. `resize_mode_by` is what chose that.
    """

    recipe: RecipeChoice = "auto"
    backbone: str = BUILT_IN_BACKBONE
    epochs: int | None = None
    time_budget_s: float | None = None
    seed: int = 0
    resize_mode: ResizeMode | None = None
    resize_mode_by: str = BY_SHAPES
    fill_budget: bool = True
    compare_preparations: bool = False


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
