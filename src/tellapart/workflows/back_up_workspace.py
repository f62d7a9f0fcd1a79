"""Write all of a workspace, as it is at one moment, to one file."""

import time
from dataclasses import dataclass
from pathlib import Path

from tellapart.errors import BlobDamaged, BlobNotFound, WorkspaceUnusable
from tellapart.jobs.progress import ProgressReporter
from tellapart.jobs.queue import JobQueue, new_job_id
from tellapart.settings import Settings
from tellapart.store.backup_file import FORMAT, BackupWriter, Manifest, new_backup
from tellapart.store.database import SCHEMA_REVISION
from tellapart.store.integrity import stored_names
from tellapart.store.rows import count_rows, write_rows
from tellapart.store.storage import Storage, has_workspace, open_storage
from tellapart.store.tables import Image, ModelVersion, now
from tellapart.store.temporary_files import temporary_files_in, temporary_folder
from tellapart.version import VERSION


@dataclass(frozen=True)
class Backup:
    """A backup that was written; `missing` are stored files that were lost or damaged before."""

    file: str
    size_bytes: int
    images: int
    model_versions: int
    files: int
    missing: list[str]
    seconds: float


def back_up_workspace(settings: Settings, file: Path, reporter: ProgressReporter) -> Backup:
    """Write rows, stored files, uploads that jobs wait for, and the operator's networks.

    A server may run meanwhile. A stored file stays as it is once it is there, so the files that
    the rows name are those of the moment at which the rows were read.

    Raises:
        WorkspaceUnusable: there is no workspace, or it cannot be opened.
        InvalidRequest: there is such a file already, or it cannot be written.
        StorageFull: no space is left; no part of it is kept.
    """
    if not has_workspace(settings):
        raise WorkspaceUnusable(
            f"There is no workspace in {settings.workspace}. Choose one with --workspace."
        )
    storage = open_storage(settings)
    try:
        return _back_up(storage, file, reporter)
    finally:
        storage.close()


def _back_up(storage: Storage, file: Path, reporter: ProgressReporter) -> Backup:
    began = time.monotonic()
    beside = temporary_files_in(storage.temporary / new_job_id())
    with new_backup(file) as writer, beside, temporary_folder() as folder:
        reporter.stage("Copying rows", None)
        copy = write_rows(storage.database, folder / "tellapart.db")
        try:
            with copy.reading() as session:
                names = sorted(stored_names(session))
                images, versions = count_rows(session, Image), count_rows(session, ModelVersion)
            waiting = JobQueue(copy, storage.settings).unfinished_ids()
        finally:
            copy.close()
        missing = _add_blobs(storage, names, writer, reporter)
        for job_id in sorted(waiting):
            writer.add_file("uploads", storage.uploads / f"{job_id}.zip")
        for path in sorted(storage.backbones.glob("*")):
            if path.is_file():
                writer.add_file("backbones", path)
        manifest = Manifest(
            format=FORMAT,
            tellapart_version=VERSION,
            schema_revision=SCHEMA_REVISION,
            created_at=now(),
            images=images,
            model_versions=versions,
            files=len(names) - len(missing),
        )
        reporter.stage("Closing the file", None)
        writer.finish(folder / "tellapart.db", manifest)
    size_bytes = file.stat().st_size
    seconds = round(time.monotonic() - began, 2)
    return Backup(str(file), size_bytes, images, versions, manifest.files, missing, seconds)


def _add_blobs(
    storage: Storage, names: list[str], writer: BackupWriter, reporter: ProgressReporter
) -> list[str]:
    """The names of those that are missing or damaged."""
    missing = []
    for number, name in enumerate(names):
        reporter.stage("Copying files", number / len(names))
        try:
            writer.add_blob(name, storage.blobs.read_checked(name))
        except (BlobNotFound, BlobDamaged):
            missing.append(name)
    return missing
