"""A training keeps the way of preparing images that was chosen for the version in service."""

from pathlib import Path
from typing import Any

import pytest

from tellapart.registry.versions import ModelRegistry
from tellapart.store.storage import Storage
from tellapart.training.options import BY_COMPARISON, BY_REQUEST, BY_SHAPES, TrainingOptions
from tellapart.workflows.training.keep_resize_mode import keep_resize_mode
from tellapart.workspace import Workspace
from tests.support.images.builders import make_image_folder
from tests.support.models.packages import register_colour_model
from tests.support.models.training_sets import Recorder


def in_service(storage: Storage, backbone: str | None, parameters: dict[str, str]) -> ModelRegistry:
    """A champion that was trained so."""
    registry = ModelRegistry(storage.database)
    version = register_colour_model(storage, backbone=backbone, parameters=parameters)
    registry.promote(version, "a test")
    return registry


@pytest.mark.parametrize("by", [BY_COMPARISON, BY_REQUEST, "version 3"])
def test_what_was_chosen_is_kept(storage: Storage, by: str) -> None:
    options = TrainingOptions(recipe="probe")
    registry = in_service(
        storage, options.backbone, {"resize_mode": "stretch", "resize_mode_by": by}
    )
    log = Recorder()
    kept = keep_resize_mode(options, registry, log)
    assert (kept.resize_mode, kept.resize_mode_by) == ("stretch", "version 1")
    assert log.messages == [
        "Pictures are prepared by stretch, as for version 1, which is in service"
    ]
    scratch = keep_resize_mode(TrainingOptions(recipe="scratch"), registry, log)
    assert scratch.resize_mode == "stretch"


CHOSEN = {"resize_mode": "stretch", "resize_mode_by": BY_COMPARISON}


@pytest.mark.parametrize(
    ("backbone", "parameters", "asked"),
    [
        ("efficientnet-lite0", {"resize_mode": "stretch", "resize_mode_by": BY_SHAPES}, {}),
        ("efficientnet-lite0", {"resize_mode": "stretch"}, {}),
        ("efficientnet-lite0", {}, {}),
        ("MobileNetV2", CHOSEN, {}),
        ("efficientnet-lite0", CHOSEN, {"resize_mode": "crop"}),
        ("efficientnet-lite0", CHOSEN, {"recipe": "auto"}),
    ],
    ids=["by shapes", "older release", "unknown", "other backbone", "asked for", "compared anew"],
)
def test_what_was_not_is_left_to_the_training(
    storage: Storage, backbone: str, parameters: dict[str, str], asked: dict[str, Any]
) -> None:
    registry = in_service(storage, backbone, parameters)
    options = TrainingOptions(**{"recipe": "probe", **asked})
    assert keep_resize_mode(options, registry, Recorder()) is options


def test_without_a_champion_there_is_nothing_to_keep(storage: Storage) -> None:
    options = TrainingOptions(recipe="probe")
    assert keep_resize_mode(options, ModelRegistry(storage.database), Recorder()) is options


def test_a_probe_sees_the_images_as_the_version_in_service_does(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.import_images(make_image_folder(tmp_path / "a", {"cats": 12, "dogs": 12}))

    def preparation(version: int) -> tuple[str, str]:
        parameters = workspace.registry.get(version).row.parameters
        return parameters["resize_mode"], parameters["resize_mode_by"]

    asked = workspace.train(recipe="probe", resize_mode="stretch").model_version
    assert preparation(asked) == ("stretch", BY_REQUEST)
    assert workspace.champion() == asked
    again = workspace.train(recipe="probe").model_version
    assert preparation(again) == ("stretch", "version 1")
