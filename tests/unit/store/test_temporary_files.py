import errno
from pathlib import Path
from tempfile import gettempdir

import pytest

from tellapart.errors import StorageFull
from tellapart.store.temporary_files import temporary_files_in, temporary_folder


def test_they_are_in_the_folder_of_the_job_and_gone_after_it(tmp_path: Path) -> None:
    parent = tmp_path / "temporary" / "job"
    with temporary_files_in(parent):
        with temporary_folder() as folder:
            assert folder.parent == parent
            (folder / "model.onnx").write_bytes(b"x")
        assert not folder.exists()
        with temporary_folder() as folder:
            (folder.parent / "left behind").write_bytes(b"x")
    assert not parent.exists()
    with temporary_folder() as folder:
        assert folder.parent == Path(gettempdir())


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageFull, match=f"No space is left on the disk of {tmp_path}"),
        temporary_files_in(tmp_path),
        temporary_folder(),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nonsense"), temporary_folder():
        raise ValueError("nonsense")
