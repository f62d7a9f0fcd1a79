"""A probe and then a network from scratch, in one job."""

import importlib
from pathlib import Path

import pytest

from tellapart.training.scratch import recipe
from tellapart.workspace import Workspace
from tests.support.images.builders import encode, make_folder, photo

SIZE = (16, 14)


@pytest.mark.slow("trains, exports and proves a network with Keras")
def test_auto_trains_a_challenger_and_proposes_the_better_one(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grey = {
        f"{look}/{seed}.png": encode(photo(*SIZE, seed=seed, look=look).convert("L"), "PNG")
        for look in ("cats", "dogs")
        for seed in range(12)
    }
    workspace.import_images(make_folder(tmp_path / "grey", grey))
    # Also when the first model makes no mistake.
    workflow = importlib.import_module("tellapart.workflows.training.train_model")
    monkeypatch.setattr(workflow, "_NOTHING_TO_WIN", -1)
    monkeypatch.setattr(recipe, "NARROW", 4)
    outcome = workspace.train(epochs=1)
    models = {model.row.version: model.row.recipe for model in workspace.models()}
    assert models == {1: "probe", 2: "scratch"}
    assert outcome.versions == [1, 2]
    # In service is the first, or the second when it was the better one and passed the gate.
    assert workspace.champion() == (outcome.model_version if outcome.promoted else 1)
    assert not list(workspace.storage.checkpoints.iterdir())
    exported = {file.format for file in workspace.registry.get(2).artifacts}
    assert {"onnx", "keras", "h5"} <= exported
