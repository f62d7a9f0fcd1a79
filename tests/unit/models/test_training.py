import importlib.util
from dataclasses import replace

import pytest

from tellapart.errors import BackboneUnavailable, MissingDependency, NotEnoughData
from tellapart.models.training import choose_recipe, train
from tellapart.models.training_data import Recipe, TrainingContext, TrainingOptions
from tests.training_sets import Recorder, textures

FEW = textures({"train": 2, "validation": 1, "test": 1})


def without(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    """As if this library were not installed."""
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == library else found(name)
    )


@pytest.mark.parametrize(
    ("median_side_px", "recipe"), [(8, "scratch"), (64, "scratch"), (65, "probe"), (500, "probe")]
)
def test_auto_goes_by_the_size_of_the_pictures(median_side_px: int, recipe: Recipe) -> None:
    training_set = replace(FEW, median_side_px=median_side_px)
    assert choose_recipe(training_set, TrainingOptions(), scratch_max_px=64) == recipe


@pytest.mark.parametrize("library", ["keras", "tensorflow", "tf2onnx"])
def test_auto_does_without_keras(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    without(monkeypatch, library)
    assert choose_recipe(FEW, TrainingOptions(), scratch_max_px=64) == "probe"


def test_a_recipe_that_was_asked_for_is_taken() -> None:
    assert choose_recipe(FEW, TrainingOptions(recipe="probe"), scratch_max_px=64) == "probe"


@pytest.mark.parametrize(
    ("recipe", "library", "extra"),
    [("scratch", "keras", "keras"), ("probe", "sklearn", "train"), ("probe", "onnx", "train")],
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
        train(FEW, TrainingOptions(recipe=recipe), training_context, Recorder())


def test_data_is_checked_before_anything_is_done(training_context: TrainingContext) -> None:
    with pytest.raises(NotEnoughData):
        train(
            textures({"train": 2, "validation": 1, "test": 0}),
            TrainingOptions(),
            training_context,
            Recorder(),
        )


def test_an_unknown_backbone_is_refused(training_context: TrainingContext) -> None:
    options = TrainingOptions(recipe="probe", backbone="vgg")
    with pytest.raises(BackboneUnavailable, match="vgg"):
        train(FEW, options, training_context, Recorder())
