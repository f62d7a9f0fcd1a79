"""What a user can choose for a training here, and what is best for these images."""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, Field

from tellapart.dataset.insights import Insights
from tellapart.dataset.statistics import SIDE_BINS
from tellapart.dataset.training_set import UNEQUAL
from tellapart.errors import InvalidRequest
from tellapart.features.keras_backend import KERAS_BACKBONES, missing_libraries
from tellapart.images.preprocessing import ResizeMode, resize_mode_for
from tellapart.jobs.contracts import BUILT_IN_BACKBONE, RecipeChoice

# Small enough for a machine without a GPU; any other name of `keras.applications` works too.
_SUGGESTED_BACKBONES = (
    "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large", "EfficientNetV2B0", "EfficientNetB0",
    "NASNetMobile", "DenseNet121", "ResNet50V2", "ConvNeXtTiny",
)  # fmt: skip
_PURPOSES: dict[RecipeChoice, str] = {
    "auto": "A probe model within seconds, then the stronger recipe while the time budget lasts.",
    "probe": "For photos: a classifier on the features of a trained network. Seconds.",
    "scratch": "For small pictures and writing: a compact network, trained from nothing. Minutes.",
    "finetune": "For photos that differ much from everyday ones, and for small pictures with "
    "colours: a trained network learns on. Minutes to hours.",
}


class RecipeOption(BaseModel):
    """A recipe, and whether it can run here."""

    name: RecipeChoice
    available: bool
    why: str = Field(description="What it is for, or what it lacks.")


@dataclass(frozen=True)
class TrainingChoices:
    """What can be chosen; `recipe`, `resize_mode` and `why` are recommended."""

    images: int
    classes: int
    unequal_classes: bool
    recipe: RecipeChoice
    resize_mode: ResizeMode
    why: str
    recipes: list[RecipeOption]
    backbones: list[str]


def check_backbone(name: str, listed: Sequence[str]) -> None:
    """Make sure that a backbone may be asked for from another machine.

    Raises:
        InvalidRequest: it is neither built in, nor a network of Keras, nor one of `listed`.
    """
    if name not in (BUILT_IN_BACKBONE, *KERAS_BACKBONES, *listed):
        raise InvalidRequest(
            f"There is no backbone {name[:80]!r} to choose here. Choose {BUILT_IN_BACKBONE}, or a "
            "network of Keras such as MobileNetV2. Whoever runs the server can add others: as "
            "NAME.onnx in the folder `backbones` of the workspace, or in TELLAPART_BACKBONES."
        )


def training_choices(
    found: Insights, scratch_max_px: int, listed: Sequence[str] = ()
) -> TrainingChoices:
    """Read from the insights of the data set, and from which libraries are installed."""
    recipes = [_recipe(name, purpose) for name, purpose in _PURPOSES.items()]
    ready = {choice.name for choice in recipes if choice.available}
    counts = list(found.class_counts().values())
    small = _median_longer_side(found) <= scratch_max_px
    sizes = np.array(found.sizes).reshape(-1, 3)
    mode = resize_mode_for(np.repeat(sizes[:, :2], sizes[:, 2].astype(int), axis=0))
    # Which recipe suits small images, `auto` sees by their colours.
    recipe: RecipeChoice = "auto" if small and "scratch" in ready else "probe"
    size = f"up to {scratch_max_px} px" if small else f"more than {scratch_max_px} px"
    shape = "have different shapes" if mode else "have much the same shape"
    return TrainingChoices(
        images=sum(counts),
        classes=len(counts),
        unequal_classes=bool(counts) and max(counts) >= UNEQUAL * max(min(counts), 1),
        recipe=recipe,
        resize_mode=mode or "crop",
        why=f"The pictures are {size} and {shape}." if counts else "There are no pictures yet.",
        recipes=recipes,
        backbones=[
            BUILT_IN_BACKBONE,
            *(_SUGGESTED_BACKBONES if "finetune" in ready else ()),
            *listed,
        ],
    )


def _recipe(name: RecipeChoice, purpose: str) -> RecipeOption:
    # Only looked for: a server never loads them.
    if name in ("scratch", "finetune"):
        missing, extra = missing_libraries(), "keras"
    else:
        wanted, extra = ("onnx", "sklearn"), "train"
        missing = [library for library in wanted if importlib.util.find_spec(library) is None]
    if not missing:
        return RecipeOption(name=name, available=True, why=purpose)
    why = f"Needs {', '.join(missing)}: pip install 'tellapart[{extra}]'."
    return RecipeOption(name=name, available=False, why=why)


def _median_longer_side(found: Insights) -> float:
    """In pixels, rounded down to a bin of the insights: 64 to 69 are 64."""
    middle = 2 ** (0.5 / SIDE_BINS)
    sides = sorted((round(max(w, h) / middle), count) for w, h, count in found.sizes)
    half, passed = sum(count for _, count in sides) / 2, 0
    for side, count in sides:
        passed += count
        if passed >= half:
            return side
    return 0
