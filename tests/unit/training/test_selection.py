import importlib.util
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.errors import BackboneUnavailable, MissingDependency, NotEnoughData
from tellapart.jobs.contracts import Recipe
from tellapart.training.options import TrainingContext, TrainingOptions
from tellapart.training.selection import RecipePlan, choose_recipes, train
from tests.support.images.builders import encode
from tests.support.models.training_sets import Recorder, digits, textures

FEW = textures({"train": 2, "validation": 1, "test": 1})
GREY = digits({"train": 20, "validation": 5, "test": 5})


def without(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    """As if this library were not installed."""
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == library else found(name)
    )


@pytest.mark.parametrize(
    ("images", "median_side_px", "stronger"),
    [(GREY, 8, "scratch"), (GREY, 64, "scratch"), (GREY, 65, "finetune"), (FEW, 32, "finetune"),
     (FEW, 500, "finetune")],
)  # fmt: skip
def test_auto_goes_by_size_and_colour_of_the_images(
    training_context: TrainingContext,
    images: TrainingSet,
    median_side_px: int,
    stronger: Recipe,
) -> None:
    training_set = replace(images, median_side_px=median_side_px)
    plan = choose_recipes(training_set, TrainingOptions(), training_context)
    assert plan == RecipePlan(("probe", stronger))


def test_auto_compares_a_probe_of_any_number_of_small_images(
    training_context: TrainingContext,
) -> None:
    names = tuple(f"{number:064x}" for number in range(600))
    many = Examples(names, np.arange(600) % 2)
    grey = encode(Image.new("L", (8, 8)), "PNG")
    training_set = replace(
        FEW, splits={**FEW.splits, "train": many}, median_side_px=32, read=lambda _name: grey
    )
    found = choose_recipes(training_set, TrainingOptions(), training_context)
    assert found == RecipePlan(("probe", "scratch"))


@pytest.mark.parametrize("library", ["keras", "tensorflow", "tf2onnx"])
@pytest.mark.parametrize("side_px", [8, 500])
def test_auto_does_without_keras(
    monkeypatch: pytest.MonkeyPatch,
    training_context: TrainingContext,
    library: str,
    side_px: int,
) -> None:
    without(monkeypatch, library)
    training_set = replace(FEW, median_side_px=side_px)
    plan = choose_recipes(training_set, TrainingOptions(), training_context)
    assert plan.recipes == ("probe",)
    assert plan.left_out is not None
    assert (plan.left_out.recipe, plan.left_out.cause) == ("finetune", "missing_libraries")
    assert f"needs {library}. Install with: pip install" in plan.left_out.reason


def test_a_backbone_that_cannot_be_trained_leaves_the_probe(
    training_context: TrainingContext,
) -> None:
    options = TrainingOptions(backbone="onnx:/data/network.onnx")
    plan = choose_recipes(FEW, options, training_context)
    assert plan.recipes == ("probe",)
    assert plan.left_out is not None
    assert plan.left_out.cause == "untrainable_backbone"


@pytest.mark.parametrize("recipe", get_args(Recipe))
def test_a_recipe_that_was_asked_for_is_taken(
    training_context: TrainingContext, recipe: Recipe
) -> None:
    plan = choose_recipes(FEW, TrainingOptions(recipe=recipe), training_context)
    assert plan == RecipePlan((recipe,))


@pytest.mark.parametrize(
    ("recipe", "library", "extra"),
    [
        ("scratch", "keras", "keras"),
        ("finetune", "keras", "train,keras"),
        ("probe", "onnx", "train"),
    ],
)
def test_a_missing_library_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch,
    training_context: TrainingContext,
    recipe: Recipe,
    library: str,
    extra: str,
) -> None:
    without(monkeypatch, library)
    with pytest.raises(MissingDependency, match=rf"{library}.*'tellapart\[{extra}\]'"):
        train(recipe, FEW, TrainingOptions(), training_context, Recorder())


def test_data_is_checked_before_anything_is_done(training_context: TrainingContext) -> None:
    with pytest.raises(NotEnoughData):
        train(
            "probe",
            textures({"train": 2, "validation": 1, "test": 0}),
            TrainingOptions(),
            training_context,
            Recorder(),
        )


def test_an_unknown_backbone_is_refused(training_context: TrainingContext) -> None:
    options = TrainingOptions(backbone="vgg")
    with pytest.raises(BackboneUnavailable, match="vgg"):
        train("probe", FEW, options, training_context, Recorder())
