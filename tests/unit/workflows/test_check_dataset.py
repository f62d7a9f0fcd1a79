from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance
from sqlalchemy import select, update

from tellapart.dataset.entries import ImageFilter, list_entries, map_columns
from tellapart.dataset.issues import quality_summary
from tellapart.store import tables
from tellapart.store.tables import IssueKind, Job
from tellapart.workspace import Workspace
from tests.support.builders import class_files, encode, jpeg_bytes, make_folder

COUNT = 20


def brighter(data: bytes) -> bytes:
    """The same image to the eye, in other bytes."""
    changed = ImageEnhance.Brightness(Image.open(BytesIO(data))).enhance(1.15)
    return encode(changed.resize((60, 50)), "JPEG", quality=70)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Cats and dogs; two dogs are among the cats, one cat is there twice, one is dark."""
    files = class_files({"cats": COUNT, "dogs": COUNT})
    for seed in (100, 101):
        files[f"cats/wrong{seed}.jpg"] = jpeg_bytes(seed=seed, look="dogs")
    files["cats/again.jpg"] = brighter(files["cats/0003.jpg"])
    dark = ImageEnhance.Brightness(Image.open(BytesIO(files["dogs/0004.jpg"]))).enhance(0.1)
    files["dogs/0004.jpg"] = encode(dark, "PNG")
    files["dogs/large.jpg"] = jpeg_bytes(1200, 1000, seed=55, look="dogs")
    return make_folder(tmp_path / "pictures", files)


def names(workspace: Workspace, kind: IssueKind) -> dict[str, str | None]:
    """The images with an issue, and the class that is suggested for each."""
    with workspace.storage.database.reading() as session:
        found = list_entries(session, ImageFilter(issue=kind)).items
    return {
        image.image.original_name: next(
            issue.suggested_label for issue in image.issues if issue.row.kind == kind
        )
        for image in found
    }


def test_a_check_finds_what_was_planted(workspace: Workspace, folder: Path) -> None:
    workspace.import_images(folder)
    pair = {"cats/0003.jpg": None, "cats/again.jpg": None}
    assert names(workspace, "near_duplicate") == pair, "an import finds them too"
    assert "dogs/0004.jpg" in names(workspace, "dark")
    found = workspace.check()
    assert found.dataset_version == 1
    suspects = names(workspace, "label")

    assert {"cats/wrong100.jpg": "dogs", "cats/wrong101.jpg": "dogs"}.items() <= suspects.items()
    assert len(suspects) <= 4
    assert pair.items() <= names(workspace, "near_duplicate").items()
    assert "dogs/large.jpg" in names(workspace, "odd_size")
    assert names(workspace, "leak") == {}
    with workspace.storage.database.reading() as session:
        quality = quality_summary(session)
        assert quality is not None
        assert (quality.issues, quality.checked_version) == (found.issues, 1)
        places = map_columns(session, limit=1000)
    assert places.total == 2 * COUNT + 4
    assert all(0 <= value <= 1 for value in (*places.x, *places.y))


def test_near_duplicates_stay_on_one_side_of_the_split(workspace: Workspace, folder: Path) -> None:
    copies = {
        f"cats/copy{number}.jpg": brighter(jpeg_bytes(seed=number)) for number in range(4, COUNT)
    }
    workspace.import_images(folder)
    workspace.import_images(make_folder(folder.parent / "copies", copies))
    with workspace.storage.database.reading() as session:
        split_of = {
            image.image.original_name: image.entry.split
            for image in list_entries(session, ImageFilter(), limit=500).items
        }
    for number in range(4, COUNT):
        assert split_of[f"cats/copy{number}.jpg"] == split_of[f"cats/{number:04d}.jpg"]
    assert names(workspace, "leak") == {}
    assert len(names(workspace, "near_duplicate")) == 2 * (COUNT - 4) + 2


def test_a_given_split_that_leaks_is_reported(workspace: Workspace, tmp_path: Path) -> None:
    files = {f"train/cats/{n}.jpg": jpeg_bytes(seed=n) for n in range(5)}
    files |= {f"train/dogs/{n}.jpg": jpeg_bytes(seed=n, look="dogs") for n in range(5)}
    files |= {"test/cats/a.jpg": brighter(files["train/cats/2.jpg"])}
    files |= {"test/dogs/b.jpg": jpeg_bytes(seed=77, look="dogs")}
    workspace.import_images(make_folder(tmp_path / "pictures", files))
    assert set(names(workspace, "leak")) == {"train/cats/2.jpg", "test/cats/a.jpg"}
    workspace.check()
    assert {"train/cats/2.jpg", "test/cats/a.jpg"} <= set(names(workspace, "leak"))


def test_images_of_an_older_release_are_measured(workspace: Workspace, folder: Path) -> None:
    workspace.import_images(folder)
    with workspace.storage.database.writing() as session:
        before = dict(session.execute(select(tables.Image.id, tables.Image.fingerprint)).all())
        session.execute(update(tables.Image).values(fingerprint=None, brightness=None))
    workspace.check()
    with workspace.storage.database.reading() as session:
        after = dict(session.execute(select(tables.Image.id, tables.Image.fingerprint)).all())
    assert after == before


def test_too_little_to_compare_is_no_error(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_images(make_folder(tmp_path / "one", {"cats/a.jpg": jpeg_bytes()}))
    assert workspace.check().issues.get("label", 0) == 0
    workspace.change_images([1], excluded=True)
    assert workspace.check().issues == {}


def test_an_import_has_the_data_set_checked(workspace: Workspace, tmp_path: Path) -> None:
    settings = workspace.settings.model_copy(update={"check_after_import": True})
    with Workspace(settings=settings) as other:
        for seed in (1, 2):
            files = {"cats/a.jpg": jpeg_bytes(seed=seed)}
            other.import_images(make_folder(tmp_path / str(seed), files))
        other.import_images(tmp_path / "2")
        with other.storage.database.reading() as session:
            kinds = list(session.scalars(select(Job.kind).order_by(Job.created_at)))
    assert kinds == ["import", "check", "import", "import"], "one that waits is enough"
