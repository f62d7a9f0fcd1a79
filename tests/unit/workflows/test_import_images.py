from pathlib import Path
from typing import Any

import pytest

from tellapart.dataset.versions import latest_version
from tellapart.errors import JobCancelled, NoClassesFound, SourceNotFound
from tellapart.jobs.contracts import ImportParams, ImportResult
from tellapart.jobs.progress import NullReporter
from tellapart.store.storage import Storage
from tellapart.workflows.import_images import import_images
from tests.support.builders import jpeg_bytes, make_image_zip, make_zip


class ProgressReporter(NullReporter):
    """Remembers the log; stops the work when told to."""

    job_id = "job"

    def __init__(self, *, cancelled: bool = False) -> None:
        self.cancelled = cancelled
        self.lines: list[str] = []

    def log(self, message: str, **figures: float) -> None:  # noqa: ARG002
        self.lines.append(message)

    def check_cancelled(self) -> None:
        if self.cancelled:
            raise JobCancelled("Stop.")


def run(storage: Storage, reporter: ProgressReporter | None = None, **params: Any) -> ImportResult:
    return import_images(storage, ImportParams(**params), reporter or ProgressReporter())


def upload(path: Path) -> dict[str, Any]:
    return {"source": path.name, "name": "my pictures.zip", "delete_source": True}


def test_an_upload_goes_once_it_is_in(storage: Storage) -> None:
    path = make_image_zip(storage.uploads / "kept.zip", {"cats": 3})
    reporter = ProgressReporter()
    found = run(storage, reporter, **upload(path))
    assert (found.source, found.added) == ("my pictures.zip", 3)
    assert reporter.lines == ["my pictures.zip: 3 added, 0 there already."]
    assert not path.exists()


def test_a_file_of_the_user_stays(storage: Storage, tmp_path: Path) -> None:
    path = make_image_zip(tmp_path / "mine.zip", {"cats": 3})
    run(storage, source=str(path))
    with pytest.raises(NoClassesFound):
        run(storage, source=str(make_zip(tmp_path / "flat.zip", {"a.jpg": jpeg_bytes()})))
    assert path.exists()
    assert (tmp_path / "flat.zip").exists()


def test_an_upload_that_cannot_be_used_is_named_as_the_user_named_it(
    storage: Storage,
) -> None:
    path = make_zip(storage.uploads / "0123.zip", {"a.jpg": jpeg_bytes()})
    with pytest.raises(NoClassesFound, match=r"my pictures\.zip"):
        run(storage, **upload(path))
    assert not path.exists()


def test_a_stopped_import_leaves_the_upload(storage: Storage) -> None:
    path = make_image_zip(storage.uploads / "kept.zip", {"cats": 3})
    with pytest.raises(JobCancelled):
        run(storage, ProgressReporter(cancelled=True), **upload(path))
    assert path.exists(), "another worker may have the job now"
    with storage.database.reading() as session:
        assert latest_version(session) is None


def test_an_upload_that_is_gone(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match="Upload it again"):
        run(storage, **upload(tmp_path / "gone.zip"))
