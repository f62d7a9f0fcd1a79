from pathlib import Path

import pytest

from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import write_version
from tellapart.errors import JobError
from tellapart.labeling.advice import read_advice, worth_labelling
from tellapart.store.tables import DataAdvice
from tellapart.workspace import Workspace
from tests.support.images.builders import jpeg_bytes, make_folder, make_image_folder


def advice(workspace: Workspace) -> DataAdvice | None:
    with workspace.storage.database.reading() as session:
        return read_advice(session)


def test_a_curve_and_the_images_worth_a_class(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_images(make_image_folder(tmp_path / "a", {"cats": 24, "dogs": 24}))
    more = {f"{look}{seed}.jpg": jpeg_bytes(seed=seed, look=look)
            for look in ("cats", "owls") for seed in (501, 502)}  # fmt: skip
    workspace.import_images(make_folder(tmp_path / "b", more), unlabeled=True)
    found = workspace.learning_curve()
    assert [point.images for point in found.points] == sorted(
        point.images for point in found.points
    )
    assert found.points[-1].share == 1
    assert found.dataset_version == 2
    with workspace.storage.database.reading() as session:
        worth = worth_labelling(session, 3)
    assert len(worth) == 3
    assert all(0 <= score <= 1 and "or" in reason for _, score, reason in worth)
    workspace.change_images([image.image.id for image, *_ in worth], label="owls")
    with workspace.storage.database.reading() as session:
        assert len(worth_labelling(session, 3)) == 1, "the others have a class now"


def test_pseudo_labels_are_no_labels(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_images(make_image_folder(tmp_path / "a", {"cats": 12, "dogs": 12}))
    more = {f"{seed}.jpg": jpeg_bytes(seed=seed) for seed in (501, 502)}
    workspace.import_images(make_folder(tmp_path / "b", more), unlabeled=True)
    before = workspace.learning_curve()
    guessed = dict.fromkeys((25, 26), ImageState("cats", "train", "pseudo", model_version=1))
    with workspace.storage.database.writing() as session:
        assert write_version(session, guessed, author="", reason="") is not None
    assert workspace.learning_curve().points == before.points


def test_a_check_keeps_them_too(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_images(make_image_folder(tmp_path / "a", {"cats": 12, "dogs": 12}))
    assert advice(workspace) is None
    workspace.check()
    first = advice(workspace)
    assert first is not None
    assert first.worth_labelling == []
    workspace.check()
    again = advice(workspace)
    assert again is not None
    assert again.learning_curve == first.learning_curve


def test_without_enough_data(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(JobError, match="no pictures yet"):
        workspace.learning_curve()
    workspace.import_images(make_image_folder(tmp_path / "a", {"cats": 6}))
    with pytest.raises(JobError, match="needs two"):
        workspace.learning_curve()
    workspace.check()
    assert advice(workspace) is None
    files = {"train/cats/a.jpg": jpeg_bytes(), "train/dogs/a.jpg": jpeg_bytes(look="dogs")}
    workspace.import_images(make_folder(tmp_path / "b", files))
    workspace.change_images([1, 2, 3, 4, 5, 6], split="train")
    with pytest.raises(JobError, match="judge by"):
        workspace.learning_curve()
