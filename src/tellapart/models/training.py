"""Train a model: choose the recipe, check the data, run it."""

import importlib.util

from tellapart.errors import MissingDependency
from tellapart.jobs.monitor import Monitor
from tellapart.models.keras_library import missing_libraries
from tellapart.models.trained import TrainedModel
from tellapart.models.training_data import (
    Recipe,
    TrainingContext,
    TrainingOptions,
    TrainingSet,
    check_trainable,
)

_EXTRAS: dict[Recipe, str] = {"probe": "tellapart[train]", "scratch": "tellapart[keras]"}


def choose_recipe(
    training_set: TrainingSet, options: TrainingOptions, scratch_max_px: int
) -> Recipe:
    """The recipe to run; `auto` is `scratch` for small pictures where Keras is installed.

    The backbone was trained on photos of 224 pixels: a digit of 8 pixels is nothing to it, and a
    network of its own is trained in less time than the backbone takes to look at it.
    """
    if options.recipe != "auto":
        return options.recipe
    small = training_set.median_side_px <= scratch_max_px
    return "scratch" if small and not _missing("scratch") else "probe"


def train(
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    monitor: Monitor,
) -> TrainedModel:
    """Train on the train split; validation steers; test is answered, not looked at.

    Raises:
        NotEnoughData: the data set cannot be trained on.
        MissingDependency: the recipe's libraries are not installed.
        TrainingError: the training failed; the message says why.
        JobCancelled: the monitor said so.
    """
    check_trainable(training_set)
    recipe = choose_recipe(training_set, options, context.scratch_max_px)
    if missing := _missing(recipe):
        raise MissingDependency(
            f"The {recipe} recipe needs {', '.join(missing)}. "
            f"Install with: pip install '{_EXTRAS[recipe]}'"
        )
    monitor.log(f"Recipe {recipe}: {len(training_set.splits['train'])} training pictures")
    # Each recipe needs libraries that an installation may lack and that take long to load.
    if recipe == "scratch":
        from tellapart.models.recipes.scratch import train_scratch

        return train_scratch(training_set, options, context, monitor)
    from tellapart.models.recipes.probe import train_probe

    return train_probe(training_set, options, context, monitor)


def _missing(recipe: Recipe) -> list[str]:
    if recipe == "scratch":
        return missing_libraries()
    return [name for name in ("onnx", "sklearn") if importlib.util.find_spec(name) is None]
