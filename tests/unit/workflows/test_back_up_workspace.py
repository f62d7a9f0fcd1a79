import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from tellapart.errors import BackupUnusable, InvalidRequest, StorageFull, WorkspaceUnusable
from tellapart.jobs.progress import NullReporter
from tellapart.jobs.queue import JobQueue
from tellapart.settings import Settings
from tellapart.store.database import Database
from tellapart.store.storage import open_storage
from tellapart.store.tables import Image, Table
from tellapart.workflows.back_up_workspace import Backup, back_up_workspace
from tellapart.workflows.restore_workspace import Restored, restore_workspace
from tellapart.workspace import Workspace
from tests.support.images.builders import class_files, jpeg_bytes, make_folder
from tests.support.jobs import AN_IMPORT
from tests.support.models.packages import register_colour_model
from tests.support.servers.postgres import Postgres


def back_up(settings: Settings, file: Path) -> Backup:
    return back_up_workspace(settings, file, NullReporter())


def restore(settings: Settings, file: Path) -> Restored:
    return restore_workspace(settings, file, NullReporter())


def rows(database: Database) -> dict[str, list[str]]:
    with database.reading() as session:
        return {
            table.name: sorted(str(tuple(row)) for row in session.execute(select(table)))
            for table in Table.metadata.sorted_tables
        }


def rows_in(settings: Settings) -> dict[str, list[str]]:
    storage = open_storage(settings)
    try:
        return rows(storage.database)
    finally:
        storage.close()


@pytest.fixture
def elsewhere(empty_folder: Path, tmp_path: Path) -> Settings:
    """An empty workspace."""
    return Settings(workspace=shutil.copytree(empty_folder, tmp_path / "elsewhere"))


@pytest.fixture(scope="module")
def small_folder(empty_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five images, another one that is quarantined, and a model in service; and its backup."""
    folder = tmp_path_factory.mktemp("small")
    files = {**class_files({"cats": 3, "dogs": 2}), "dogs/broken.jpg": jpeg_bytes()[:300]}
    with Workspace(shutil.copytree(empty_folder, folder / "workspace")) as workspace:
        workspace.import_images(make_folder(folder / "pictures", files))
        workspace.promote(register_colour_model(workspace.storage))
    back_up(Settings(workspace=folder / "workspace"), folder / "small.zip")
    return folder


@pytest.fixture
def small(small_folder: Path, tmp_path: Path) -> Settings:
    return Settings(workspace=shutil.copytree(small_folder / "workspace", tmp_path / "workspace"))


@pytest.fixture
def backup(small_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy2(small_folder / "small.zip", tmp_path / "small.zip"))


def test_all_comes_back_and_answers_as_before(
    trained_settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    written = back_up(trained_settings, tmp_path / "all.zip")
    assert (written.images, written.model_versions, written.missing) == (36, 1, [])
    assert written.size_bytes == (tmp_path / "all.zip").stat().st_size
    restored = restore(elsewhere, tmp_path / "all.zip")
    assert (restored.images, restored.files) == (36, written.files)
    assert rows_in(elsewhere) == rows_in(trained_settings)
    with Workspace(settings=trained_settings) as one, Workspace(settings=elsewhere) as other:
        asked = jpeg_bytes(seed=1000)
        assert one.predict(asked).scores == other.predict(asked).scores


def test_the_kind_of_database_may_change(
    small: Settings, backup: Path, elsewhere: Settings, postgres: Postgres, tmp_path: Path
) -> None:
    with postgres.database() as address:
        moved = Settings(workspace=tmp_path / "moved", database_url=address)
        restore(moved, backup)
        assert rows_in(moved) == rows_in(small)
        # New rows are numbered on.
        with Workspace(settings=moved) as workspace:
            more = make_folder(tmp_path / "more", class_files({"cats": 2}, first_seed=50))
            assert workspace.import_images(more).added == 2
            register_colour_model(workspace.storage)
        back_up(moved, tmp_path / "two.zip")
        assert restore(elsewhere, tmp_path / "two.zip").images == 7
        assert rows_in(elsewhere) == rows_in(moved)


def test_an_upload_that_waits_and_own_networks_come_along(
    small: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    storage = open_storage(small)
    job = JobQueue(storage.database, small).submit(AN_IMPORT)
    (storage.uploads / f"{job.id}.zip").write_bytes(b"waits")
    (storage.uploads / "leftover.zip").write_bytes(b"of no job")
    storage.backbones.mkdir()
    (storage.backbones / "ours.onnx").write_bytes(b"a network")
    storage.close()
    back_up(small, tmp_path / "b.zip")
    restore(elsewhere, tmp_path / "b.zip")
    folder = elsewhere.workspace
    assert [path.name for path in (folder / "uploads").iterdir()] == [f"{job.id}.zip"]
    assert (folder / "backbones" / "ours.onnx").read_bytes() == b"a network"
    assert not list((folder / "temporary").glob("*"))


def test_lost_and_damaged_files_are_told(
    small: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    storage = open_storage(small)
    with storage.database.reading() as session:
        lost, damaged = session.scalars(select(Image.content_hash).limit(2))
    storage.blobs.delete(lost)
    storage.close()
    (file,) = (small.workspace / "blobs").rglob(damaged)
    file.write_bytes(b"other bytes")
    written = back_up(small, tmp_path / "b.zip")
    assert sorted(written.missing) == sorted([lost, damaged])
    assert restore(elsewhere, tmp_path / "b.zip").files == written.files


def test_only_its_owner_may_read_it(small_folder: Path) -> None:
    assert (small_folder / "small.zip").stat().st_mode & 0o777 == 0o600


def test_no_file_is_replaced(small: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    file.write_bytes(b"of somebody")
    with pytest.raises(InvalidRequest, match="is there already"):
        back_up(small, file)
    assert file.read_bytes() == b"of somebody"
    with pytest.raises(InvalidRequest, match="cannot be written"):
        back_up(small, tmp_path / "no" / "folder.zip")
    assert not list(tmp_path.glob(".*.part"))


def test_a_disk_that_fills_up_leaves_nothing(
    small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull, match=str(tmp_path)):
        back_up(small, tmp_path / "b.zip")
    assert not list(tmp_path.glob("*b.zip*"))


def test_nothing_is_backed_up_where_there_is_no_workspace(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path / "typo")
    with pytest.raises(WorkspaceUnusable, match="There is no workspace"):
        back_up(settings, tmp_path / "b.zip")
    assert not list(tmp_path.iterdir())


def test_a_workspace_with_data_is_left_as_it_is(small: Settings, backup: Path) -> None:
    before = rows_in(small)
    with pytest.raises(WorkspaceUnusable, match="Nothing was changed"):
        restore(small, backup)
    assert rows_in(small) == before


def test_an_interrupted_restore_is_done_again(
    backup: Path, elsewhere: Settings, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("tellapart.workflows.restore_workspace.read_rows", _fail)
        with pytest.raises(KeyboardInterrupt):
            restore(elsewhere, backup)
    restore(elsewhere, backup)
    assert rows_in(elsewhere) == rows_in(small)


def _fail(*_: object) -> None:
    raise KeyboardInterrupt


Change = Callable[[dict[str, bytes]], None]


def rewritten(backup: Path, change: Change, compression: int = zipfile.ZIP_STORED) -> Path:
    """The backup with other entries, made by somebody who knows how."""
    with zipfile.ZipFile(backup) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    file = backup.with_name("rewritten.zip")
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file


def manifest(**changes: Any) -> Change:
    def change(entries: dict[str, bytes]) -> None:
        entries["backup.json"] = json.dumps(
            {**json.loads(entries["backup.json"]), **changes}
        ).encode()

    return change


def another_blob(entries: dict[str, bytes]) -> None:
    name = next(name for name in entries if name.startswith("blobs/"))
    entries[name] = b"other bytes"


def another_database(entries: dict[str, bytes]) -> None:
    entries["tellapart.db"] = b"no database " * 1000


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda entries: entries.pop("backup.json"), "no backup"),
        (lambda entries: entries.pop("tellapart.db"), "no backup"),
        (lambda entries: entries.update({"backup.json": b"{"}), "no backup"),
        (manifest(format=2, tellapart_version="9.1"), "Tellapart 9.1, which is newer"),
        (another_blob, "is not what was stored"),
    ],
)
def test_what_is_no_whole_backup(
    backup: Path, elsewhere: Settings, change: Change, says: str
) -> None:
    with pytest.raises(BackupUnusable, match=says):
        restore(elsewhere, rewritten(backup, change))
    assert not any(rows_in(elsewhere).values())


@pytest.mark.parametrize("keep", [0, 100, 0.5, -1])
def test_a_file_that_is_cut_off(backup: Path, elsewhere: Settings, keep: float) -> None:
    data = backup.read_bytes()
    backup.write_bytes(data[: int(keep * len(data)) if 0 < keep < 1 else int(keep)])
    with pytest.raises(BackupUnusable, match="Use another backup"):
        restore(elsewhere, backup)


def test_what_is_not_there_or_no_file(tmp_path: Path) -> None:
    for file in (tmp_path / "none.zip", tmp_path):
        with pytest.raises(BackupUnusable, match="cannot be read"):
            restore(Settings(workspace=tmp_path / "new"), file)
    assert not (tmp_path / "new").exists()


def test_a_database_that_is_none_or_newer(
    backup: Path, elsewhere: Settings, tmp_path: Path
) -> None:
    with pytest.raises(BackupUnusable, match="database"):
        restore(elsewhere, rewritten(backup, another_database))

    def newer(entries: dict[str, bytes]) -> None:
        file = tmp_path / "newer.db"
        file.write_bytes(entries["tellapart.db"])
        database = Database(f"sqlite:///{file}")
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        database.close()
        entries["tellapart.db"] = file.read_bytes()

    with pytest.raises(BackupUnusable, match="Update Tellapart"):
        restore(elsewhere, rewritten(backup, newer))


def test_entries_with_other_names_are_not_written(
    backup: Path, elsewhere: Settings, small: Settings, tmp_path: Path
) -> None:
    def hostile(entries: dict[str, bytes]) -> None:
        for name in (
            "../out",
            "/out",
            "uploads/../../out",
            "uploads/..",
            "blobs/../out",
            "other/x",
        ):
            entries[name] = b"out"

    restore(elsewhere, rewritten(backup, hostile))
    assert rows_in(elsewhere) == rows_in(small)
    assert not [path for path in tmp_path.rglob("*") if path.name in ("out", "x")]


def test_blobs_are_not_inflated(backup: Path, elsewhere: Settings) -> None:
    with pytest.raises(BackupUnusable, match="compressed"):
        restore(elsewhere, rewritten(backup, lambda _: None, zipfile.ZIP_DEFLATED))
