from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import select

from tellapart.errors import InvalidRequest, JobError
from tellapart.jobs.contracts import ImportResult
from tellapart.store.storage import Storage
from tellapart.store.tables import DatasetEntry, DatasetVersion, Image
from tellapart.workspace import Workspace
from tests.support.images.builders import jpeg_bytes, make_folder

CLASSES = ("cats", "dogs")


def frames(tracks: range, each: int = 3, *, folder: str = "", seed: int = 0) -> dict[str, bytes]:
    """Images of tracks in turn, each of which is of one of two classes."""
    return {
        f"{folder}{CLASSES[track % 2]}/track{track}_frame{n:02d}.jpg": jpeg_bytes(
            seed=seed + 100 * track + n, look=CLASSES[track % 2]
        )
        for track in tracks
        for n in range(each)
    }


def bring_in(
    workspace: Workspace, path: Path, files: dict[str, bytes], **options: str
) -> ImportResult:
    return workspace.import_images(make_folder(path, files), **options)  # type: ignore[arg-type]


def splits_by_track(storage: Storage) -> dict[str, set[str | None]]:
    query = (
        select(Image.original_name, DatasetEntry.split)
        .join(DatasetEntry, DatasetEntry.image_id == Image.id)
        .where(DatasetEntry.removed_in.is_(None))
    )
    found: defaultdict[str, set[str | None]] = defaultdict(set)
    with storage.database.reading() as session:
        for name, split in session.execute(query):
            found[name.rpartition("/")[2].partition("_")[0]].add(split)
    return found


def test_images_whose_names_show_groups_are_kept_together(
    workspace: Workspace, tmp_path: Path
) -> None:
    result = bring_in(workspace, tmp_path / "a", frames(range(20)))
    assert result.groups == 20
    assert "20 groups of 60 pictures by name, like track0_frame*" in " ".join(result.notes)
    found = splits_by_track(workspace.storage)
    assert all(len(splits) == 1 for splits in found.values())
    assert set.union(*found.values()) == {"train", "validation", "test"}
    # Two further frames of a track that would show nothing by themselves.
    known = next(name for name, splits in found.items() if splits == {"test"})
    number = int(known.removeprefix("track"))
    bring_in(workspace, tmp_path / "b", frames(range(number, number + 1), 2, seed=50))
    assert splits_by_track(workspace.storage)[known] == {"test"}
    again = workspace.import_images(tmp_path / "a")
    assert not any("Kept together" in note for note in again.notes)


def test_grouping_by_name_can_be_turned_off(workspace: Workspace, tmp_path: Path) -> None:
    result = bring_in(workspace, tmp_path / "a", frames(range(20)), group_by="none")
    assert (result.groups, result.notes) == (0, [])
    assert any(len(splits) > 1 for splits in splits_by_track(workspace.storage).values())


def test_a_regular_expression_groups_also_what_was_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    first = {
        f"{label}/{kind}-of-{patient}.jpg": jpeg_bytes(seed=seed, look=label)
        for seed, (label, kind, patient) in enumerate(
            (label, kind, patient)
            for patient in ("ann", "bob", "cyd", "dan", "eve", "fay", "gil", "hal", "ida", "joe")
            for label in CLASSES
            for kind in ("left", "right")
        )
    }
    bring_in(workspace, tmp_path / "a", {name: first[name] for name in [*first][:4]})
    first |= {"cats/other.jpg": jpeg_bytes(seed=900)}
    result = bring_in(workspace, tmp_path / "b", first, group_by=r"-of-(\w+)")
    assert result.groups == 10
    note = " ".join(result.notes)
    assert "10 groups of 40 pictures, such as 'ann'; 1 pictures are of no group" in note
    with workspace.storage.database.reading() as session:
        rows = session.execute(
            select(Image.group_name, DatasetEntry.split).join(
                DatasetEntry, DatasetEntry.image_id == Image.id
            )
        ).all()
    found: defaultdict[str | None, set[str | None]] = defaultdict(set)
    for name, split in rows:
        found[name].add(split)
    assert all(len(found[name]) == 1 for name in found if name not in (None, "ann"))
    # It was parted by the first import, and is so still.
    if len(found["ann"]) > 1:
        assert "1 of the groups is in several splits, such as 'ann'" in note


def test_given_splits_stay_and_a_group_that_they_part_is_named(
    workspace: Workspace, tmp_path: Path
) -> None:
    files = frames(range(16), folder="train/") | frames(range(8), folder="test/", seed=50)
    result = bring_in(workspace, tmp_path / "a", files, group_by=r"track\d+")
    assert "8 of the groups are in several splits, such as 'track0'" in " ".join(result.notes)
    found = splits_by_track(workspace.storage)
    assert all("test" in found[f"track{track}"] for track in range(8))
    # Validation is made of whole tracks of train.
    assert {"validation"} in found.values()
    assert all("test" not in found[f"track{track}"] for track in range(8, 16))


def test_a_class_of_one_group_is_said_to_be_untested(workspace: Workspace, tmp_path: Path) -> None:
    result = bring_in(workspace, tmp_path / "a", frames(range(2), 12), group_by=r"track\d+")
    assert "Without a test picture" in " ".join(result.notes)
    assert "'cats', 'dogs'" in " ".join(result.notes)
    sent = bring_in(
        workspace, tmp_path / "b", frames(range(2, 4), 12), group_by=r"track\d+", split="train"
    )
    assert "Without a test picture" not in " ".join(sent.notes)


def test_images_without_a_class_keep_their_group_until_they_have_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    result = workspace.import_images(
        make_folder(tmp_path / "a", frames(range(12), 3)), unlabeled=True, group_by=r"track\d+"
    )
    assert (result.groups, result.unlabeled) == (12, 36)
    workspace.import_images(tmp_path / "a", group_by="none")
    assert all(len(splits) == 1 for splits in splits_by_track(workspace.storage).values())


def test_an_expression_that_finds_nothing_imports_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    with pytest.raises(JobError, match=r"finds nothing in the names of the 6 pictures, such as"):
        bring_in(workspace, tmp_path / "a", frames(range(2)), group_by="patient")
    with workspace.storage.database.reading() as session:
        assert session.scalars(select(DatasetVersion)).all() == []


@pytest.mark.parametrize(
    "pattern", ["(", "*", "", "  ", "a" * 201, "(?P<x>a)(?P<x>b)", "x{99999999999}"]
)
def test_what_is_no_expression_is_refused(
    workspace: Workspace, tmp_path: Path, pattern: str
) -> None:
    with pytest.raises(InvalidRequest, match="group_by: "):
        bring_in(workspace, tmp_path / "a", frames(range(2)), group_by=pattern)


def test_a_long_name_of_a_group_is_kept_by_its_hash(workspace: Workspace, tmp_path: Path) -> None:
    folder = "/".join(["x" * 100] * 5)
    files = {f"cats/{folder}/{n}.jpg": jpeg_bytes(seed=n) for n in range(3)}
    result = bring_in(workspace, tmp_path / "a", files, group_by=r"x.*/")
    assert result.groups == 1
    with workspace.storage.database.reading() as session:
        assert {len(name or "") for name in session.scalars(select(Image.group_name))} == {64}
