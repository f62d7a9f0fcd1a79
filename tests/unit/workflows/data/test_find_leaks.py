from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tellapart.features.embeddings import EmbeddingStore
from tellapart.workflows.data.find_leaks import report_leaks
from tellapart.workflows.training.load_training_set import load_training_set
from tellapart.workspace import Workspace
from tests.support.images.builders import class_files, encode, jpeg_bytes, make_folder
from tests.support.images.inspection import part_image


def scenes(workspace: Workspace, tmp_path: Path) -> None:
    """Ten distinct cats and dogs with given splits; the test cat is one of train, sharpened."""
    files = {f"train/{name}": data for name, data in class_files({"cats": 9, "dogs": 9}).items()}
    files |= {f"test/{look}/x.jpg": jpeg_bytes(seed=70, look=look) for look in ("cats", "dogs")}
    workspace.import_images(make_folder(tmp_path / "pictures", files))


def test_without_embeddings_only_fingerprints_are_compared(
    workspace: Workspace, tmp_path: Path
) -> None:
    scenes(workspace, tmp_path)
    found = report_leaks(workspace.storage, load_training_set(workspace.storage)[1])
    assert (found.count, found.check) == (0, "fingerprints")


@pytest.mark.parametrize("close", [True, False])
def test_embeddings_count_as_soon_as_there_are_some(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, close: bool
) -> None:
    # Any two fingerprints will do: what they speak against is shown elsewhere.
    monkeypatch.setattr("tellapart.quality.duplicates._LEAST_LIKENESS", -1.0)
    scenes(workspace, tmp_path)
    training_set = load_training_set(workspace.storage)[1]
    rng = np.random.default_rng(0)
    names = [name for part in training_set.splits.values() for name in part.content_hashes]
    vectors = {name: rng.normal(size=32).astype(np.float32) for name in names}
    if close:
        test, train = training_set.splits["test"], training_set.splits["train"]
        twin = train.content_hashes[int(np.flatnonzero(train.y == test.y[0])[0])]
        vectors[test.content_hashes[0]] = vectors[twin] * 1.01
    EmbeddingStore(workspace.storage.database).save(vectors, f"some-{close}/1/288/crop")
    found = report_leaks(workspace.storage, training_set)
    assert (found.count, found.check) == (int(close), "embeddings")
    assert workspace.insights().issues.get("leak", 0) == 2 * close


def test_parts_under_a_fixed_camera_are_trained_split_and_said_to_be_no_leaks(
    workspace: Workspace, tmp_path: Path
) -> None:
    files = {
        f"{label}/{seed:03d}.png": encode(part_image(2 * seed + wrong, defect=wrong), "PNG")
        for label, wrong in (("ok", False), ("defect", True))
        for seed in range(30)
    }
    workspace.import_images(make_folder(tmp_path / "parts", files))
    assert workspace.insights().class_splits == {
        label: {"train": 24, "validation": 3, "test": 3} for label in ("defect", "ok")
    }
    trained = workspace.train(recipe="probe")
    report = workspace.report(trained.model_version)
    assert report["leak_check"] == "embeddings"
    assert report["leaks"] <= 2
    kinds = Counter(workspace.insights().issues)
    assert kinds["near_duplicate"] <= 12
