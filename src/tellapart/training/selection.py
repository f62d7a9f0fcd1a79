"""Train a model: choose the recipes, check the data, run one."""

import importlib.util
from dataclasses import dataclass, replace

import numpy as np

from tellapart.dataset.training_set import TrainingSet, check_trainable
from tellapart.errors import MissingDependency
from tellapart.features.keras_backend import missing_libraries
from tellapart.images.preprocessing import PreprocessingSpec, prepare
from tellapart.jobs.contracts import BUILT_IN_BACKBONE, BroughtNothing, NothingCause, Recipe
from tellapart.jobs.progress import ProgressReporter
from tellapart.package.trained import TrainedModel
from tellapart.training.augmentation import are_in_colour
from tellapart.training.options import TrainingContext, TrainingOptions

_EXTRAS: dict[Recipe, str] = {
    "probe": "tellapart[train]",
    "scratch": "tellapart[keras]",
    "finetune": "tellapart[train,keras]",
}
# By so many, of this size, it is seen whether images have colour.
_LOOKED_AT, _LOOK_PX = 64, 16


@dataclass(frozen=True)
class RecipePlan:
    """The recipes to run one after the other, and which of `auto` cannot be, and why."""

    recipes: tuple[Recipe, ...]
    left_out: BroughtNothing | None = None


def choose_recipes(
    training_set: TrainingSet, options: TrainingOptions, context: TrainingContext
) -> RecipePlan:
    """The recipe that was asked for; for `auto` a probe and then a stronger one.

    The stronger one is `finetune`, and for small images without colour, which are unlike all that
    the backbone has seen, `scratch`; where Keras is installed, and the backbone is no ONNX file,
    which cannot be trained.
    """
    if options.recipe != "auto":
        return RecipePlan((options.recipe,))
    small = training_set.median_side_px <= context.scratch_max_px
    stronger: Recipe = "scratch" if small and not _in_colour(training_set, context) else "finetune"
    if stronger == "finetune" and options.backbone.startswith("onnx:"):
        reason = (
            "the backbone is an ONNX file, which cannot be trained. Choose another one for that, "
            f"such as {BUILT_IN_BACKBONE}."
        )
        return RecipePlan(("probe",), _left_out(stronger, "untrainable_backbone", reason))
    if missing := _what_is_missing(stronger):
        return RecipePlan(("probe",), _left_out(stronger, "missing_libraries", missing))
    return RecipePlan(("probe", stronger))


def _left_out(recipe: Recipe, cause: NothingCause, why: str) -> BroughtNothing:
    reason = f"No {recipe} model is trained: {why[:1].lower()}{why[1:]}"
    return BroughtNothing(recipe=recipe, cause=cause, reason=reason)


def _in_colour(training_set: TrainingSet, context: TrainingContext) -> bool:
    names = training_set.splits["train"].content_hashes
    spec = PreprocessingSpec(_LOOK_PX, _LOOK_PX, "stretch")
    some = [
        prepare(training_set.read(name), spec, max_pixels=context.max_pixels)
        for name in names[:: max(1, len(names) // _LOOKED_AT)]
    ]
    return are_in_colour(np.stack(some))


def train(
    recipe: Recipe,
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    reporter: ProgressReporter,
) -> TrainedModel:
    """Train on the train split; validation steers; test is answered, not looked at.

    Raises:
        NotEnoughData: the data set cannot be trained on.
        MissingDependency: the recipe's libraries are not installed.
        TrainingError: the training failed; the message says why.
        JobCancelled: the reporter said so.
    """
    check_trainable(training_set)
    if missing := _what_is_missing(recipe):
        raise MissingDependency(missing)
    if recipe != "probe":
        options = replace(options, resize_mode=options.resize_mode or training_set.resize_mode)
    reporter.log(f"Recipe {recipe}: {len(training_set.splits['train'])} training pictures")
    if recipe != "probe" and (guessed := len(training_set.pseudo)):
        reporter.log(f"{recipe} does not learn from the {guessed:,} pseudo-labels: only probe does")
    # Each recipe needs libraries that an installation may lack and that take long to load.
    if recipe == "scratch":
        from tellapart.training.scratch.recipe import train_scratch

        return train_scratch(training_set, options, context, reporter)
    if recipe == "finetune":
        from tellapart.training.finetune.recipe import train_finetune

        return train_finetune(training_set, options, context, reporter)
    from tellapart.training.probe.recipe import train_probe

    return train_probe(training_set, options, context, reporter)


def _what_is_missing(recipe: Recipe) -> str | None:
    if not (missing := _missing(recipe)):
        return None
    return (
        f"The {recipe} recipe needs {', '.join(missing)}. "
        f"Install with: pip install '{_EXTRAS[recipe]}'"
    )


def _missing(recipe: Recipe) -> list[str]:
    own = [] if importlib.util.find_spec("onnx") else ["onnx"]
    if recipe == "probe":
        return own
    return missing_libraries() + (own if recipe == "finetune" else [])
