from pathlib import Path

import pytest

from tellapart.training.choices import TrainingChoices, training_choices
from tellapart.workspace import Workspace
from tests.support.images.builders import jpeg_bytes, make_folder, make_image_folder


def choices(workspace: Workspace) -> TrainingChoices:
    return training_choices(workspace.insights(), workspace.settings.scratch_max_px)


def test_without_images(workspace: Workspace) -> None:
    found = choices(workspace)
    assert (found.images, found.classes, found.unequal_classes) == (0, 0, False)
    assert found.why == "There are no pictures yet."
    assert [choice.name for choice in found.recipes] == ["auto", "probe", "scratch", "finetune"]
    assert found.backbones[0] == "efficientnet-lite0"


def test_small_images_of_one_shape(workspace: Workspace, tmp_path: Path) -> None:
    counts = {"cats": 6, "dogs": 2}
    workspace.import_images(make_image_folder(tmp_path / "a", counts, size=(32, 32)))
    found = choices(workspace)
    assert (found.recipe, found.resize_mode, found.images, found.classes) == (
        "auto",
        "crop",
        8,
        2,
    )
    assert found.unequal_classes


def test_photos_of_several_shapes(workspace: Workspace, tmp_path: Path) -> None:
    files = {
        "cats/a.jpg": jpeg_bytes(200, 100),
        "cats/b.jpg": jpeg_bytes(100, 200, seed=1),
        "dogs/a.jpg": jpeg_bytes(150, 150, seed=2),
        "dogs/b.jpg": jpeg_bytes(200, 150, seed=3),
    }
    workspace.import_images(make_folder(tmp_path / "a", files))
    found = choices(workspace)
    assert (found.recipe, found.resize_mode, found.unequal_classes) == ("probe", "letterbox", False)


def test_a_library_that_is_not_installed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax_of_nobody")
    found = choices(workspace)
    lacking = {choice.name: choice for choice in found.recipes}["scratch"]
    assert not lacking.available
    assert "jax_of_nobody" in lacking.why
    assert found.backbones == ["efficientnet-lite0"]
