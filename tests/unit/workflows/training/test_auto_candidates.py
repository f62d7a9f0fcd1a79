"""`auto` on real digits is no worse than its candidates, nor than a plain regression."""

import importlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tellapart.dataset.training_set import Examples
from tellapart.features.embeddings import EmbeddingStore
from tellapart.package.trained import TrainedModel
from tellapart.runtime.logistic_regression import LogisticRegression
from tellapart.training.selection import train
from tellapart.workflows.training.candidate_version import CandidateVersion
from tellapart.workflows.training.load_training_set import load_training_set
from tellapart.workspace import Workspace
from tests.support.images.digit_images import digit_files

workflow = importlib.import_module("tellapart.workflows.training.train_model")
_MARGIN = 0.005


@pytest.fixture
def stronger(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of `scratch`, which takes minutes: a probe that has seen little."""

    def train_little(recipe: str, training_set: Any, *arguments: Any) -> TrainedModel:
        if recipe == "scratch":
            seen = training_set.splits["train"]
            few = Examples(seen.content_hashes[:60], seen.y[:60])
            splits = {**training_set.splits, "train": few}
            return train("probe", replace(training_set, splits=splits), *arguments)
        return train("probe", training_set, *arguments)

    monkeypatch.setattr(workflow, "train", train_little)
    # Also when the probe makes no mistake.
    monkeypatch.setattr(workflow, "_NOTHING_TO_WIN", -1)


@pytest.mark.usefixtures("stronger")
def test_auto_is_no_worse_than_its_candidates_nor_a_plain_regression(
    workspace: Workspace, tmp_path: Path
) -> None:
    for name, data in digit_files(150).items():
        path = tmp_path / "digits" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    workspace.import_images(tmp_path / "digits")
    # Of a busy machine too, enough to embed all of them.
    outcome = workspace.train(time_budget="1h")
    assert len(outcome.versions) == 2
    rows = {version: workspace.registry.get(version).row for version in outcome.versions}
    best = max(row.metrics["accuracy"] for row in rows.values())
    assert outcome.metrics.accuracy >= best - _MARGIN
    assert outcome.metrics.accuracy >= plain_regression(workspace) - _MARGIN
    assert rows[1].parameters["layers"] != "last layer"
    said = " ".join(outcome.compared)
    assert "last layer and all blocks" in said
    assert f"version {outcome.model_version} is proposed" in said


def plain_regression(workspace: Workspace) -> float:
    """Its accuracy on test, fitted on the last layer."""
    storage = workspace.storage
    _, training_set = load_training_set(storage)
    store = EmbeddingStore(storage.database, storage.settings.backbone_cache)
    learn, test = training_set.splits["train"], training_set.splits["test"]
    (key,) = store.keys(learn.content_hashes[0])
    x, held_out = (store.load_all(part.content_hashes, key) for part in (learn, test))
    assert x is not None
    assert held_out is not None
    model = LogisticRegression(x, learn.y, 10).fit(1 / len(x))
    return float(np.mean(model.logits(held_out).argmax(axis=1) == test.y))


@pytest.mark.parametrize(
    ("version", "rival", "better"),
    [
        ((38, 1.8), (39, 1.7), False),
        ((39, 1.7), (38, 1.8), True),
        ((20, 0.9), (60, 0.5), True),
        ((60, 0.5), (20, 0.9), False),
        ((0, 0.1), (0, 0.1), False),
    ],
    ids=["by loss", "by loss too", "by mistakes", "by mistakes too", "equal"],
)
def test_chance_does_not_choose_a_version(
    version: tuple[int, float], rival: tuple[int, float], better: bool
) -> None:
    report: Any = None
    decision: Any = None
    one, other = (
        CandidateVersion(1, "probe", report, mistakes, loss, decision)
        for mistakes, loss in (version, rival)
    )
    assert one.beats(other) is better
