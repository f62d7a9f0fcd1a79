from pathlib import Path
from typing import Any

import pytest

from tellapart.dataset.versions import latest_version
from tellapart.errors import JobCancelled, NoClassesFound, SourceNotFound
from tellapart.jobs.contracts import ImportParams, ImportResult
from tellapart.jobs.progress import NullReporter
from tellapart.jobs.queue import JobQueue
from tellapart.store.storage import Storage
from tellapart.workflows.cancel_job import cancel_job
from tellapart.workflows.data.import_images import import_images
from tellapart.workspace import Workspace
from tests.support.images.builders import (
    class_files,
    jpeg_bytes,
    make_folder,
    make_image_zip,
    make_zip,
)


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


def test_a_stopped_import_leaves_the_upload_unless_it_was_cancelled(storage: Storage) -> None:
    path = make_image_zip(storage.uploads / "kept.zip", {"cats": 3})
    jobs, reporter = JobQueue(storage.database, storage.settings), ProgressReporter(cancelled=True)
    jobs.submit(ImportParams(**upload(path)), job_id=reporter.job_id)
    jobs.claim("worker")
    with pytest.raises(JobCancelled):
        run(storage, reporter, **upload(path))
    assert path.exists(), "another worker may have the job now"
    cancel_job(storage, jobs, reporter.job_id)
    with pytest.raises(JobCancelled):
        run(storage, reporter, **upload(path))
    assert not path.exists()
    with storage.database.reading() as session:
        assert latest_version(session) is None


def test_an_upload_that_is_gone(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match="Upload it again"):
        run(storage, **upload(tmp_path / "gone.zip"))


def test_what_is_remarkable_is_said(workspace: Workspace, tmp_path: Path) -> None:
    files = class_files({"cat": 3, "Cat": 2, "dog.": 2, "10": 1, "9": 1})
    files |= {"loose.jpg": jpeg_bytes(seed=50), "dog./notes.txt": b"text"}
    found = workspace.import_images(make_folder(tmp_path / "pictures", files))
    assert (found.added, found.unlabeled) == (10, 1)
    assert found.skipped_examples == {".txt file": ["dog./notes.txt"]}
    unlabeled, twins = found.notes
    assert "1 pictures came in without a class, such as loose.jpg" in unlabeled
    assert twins.startswith("The classes 'Cat', 'cat' differ only in how they are written")
    assert list(found.classes) == ["9", "10", "Cat", "cat", "dog."]
    later = workspace.import_images(
        make_folder(tmp_path / "later", {**class_files({"DOG": 1}), **class_files({"cat": 1})}),
        split="test",
    )
    there, *_, dogs = later.notes
    assert there.startswith("1 pictures were there already and stay in the split")
    assert "'DOG', 'dog.'" in dogs
    plain = make_folder(tmp_path / "plain", {"a.jpg": jpeg_bytes(seed=60)})
    assert workspace.import_images(plain, unlabeled=True).notes == []
