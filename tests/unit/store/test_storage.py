from pathlib import Path

import pytest

from tellapart.errors import WorkspaceUnusable
from tellapart.settings import Settings
from tellapart.store.storage import open_storage


def test_the_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "in" / "workspace"
    opened = open_storage(Settings(workspace=folder))
    assert (folder / "tellapart.db").is_file()
    assert (folder / "blobs").is_dir()
    assert opened.uploads == folder / "uploads"
    assert opened.uploads.is_dir()
    opened.close()


def test_names_that_an_address_would_have_to_escape(tmp_path: Path) -> None:
    folder = tmp_path / "my pictures #1 100% ünï?x=y"
    open_storage(Settings(workspace=folder)).close()
    assert (folder / "tellapart.db").is_file()


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(WorkspaceUnusable, match="--workspace or TELLAPART_WORKSPACE"):
        open_storage(Settings(workspace=file))


def test_a_database_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "tellapart.db").write_text("This is my diary, not a database. " * 100)
    with pytest.raises(WorkspaceUnusable, match="Tellapart database"):
        open_storage(Settings(workspace=tmp_path))


def test_another_database_address(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    settings = Settings(workspace=tmp_path / "ws", database_url=f"sqlite:///{elsewhere}")
    open_storage(settings).close()
    assert elsewhere.is_file()
    assert not (tmp_path / "ws" / "tellapart.db").exists()
