"""Make a workspace of a backup."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tellapart.jobs.progress import ProgressReporter
from tellapart.jobs.queue import new_job_id
from tellapart.settings import Settings
from tellapart.store.backup_file import BackupReader, opened_backup
from tellapart.store.blobs import BlobStore
from tellapart.store.rows import check_empty, read_rows
from tellapart.store.storage import Storage, open_storage
from tellapart.store.temporary_files import temporary_files_in, temporary_folder

# Synced together, which is many times faster.
_TOGETHER_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class Restored:
    """What a workspace has now, and when the backup was written."""

    workspace: str
    written_at: datetime
    images: int
    model_versions: int
    files: int


def restore_workspace(settings: Settings, file: Path, reporter: ProgressReporter) -> Restored:
    """Fill the workspace of these settings, which is new or empty, from a backup.

    Rows come last and together: what is interrupted is an empty workspace still, and can be
    restored again. The database may be of another kind than that of the backup.

    Raises:
        BackupUnusable: it is no backup, is damaged, or of a newer release.
        WorkspaceUnusable: the workspace has data already, or cannot be made.
        StorageFull: no space is left.
    """
    with opened_backup(file) as backup:
        storage = open_storage(settings)
        try:
            with storage.database.reading() as session:
                check_empty(session)
            _restore(storage, backup, reporter)
        finally:
            storage.close()
        found = backup.manifest
    return Restored(
        str(settings.workspace), found.created_at, found.images, found.model_versions, found.files
    )


def _restore(storage: Storage, backup: BackupReader, reporter: ProgressReporter) -> None:
    beside = temporary_files_in(storage.temporary / new_job_id())
    with beside, temporary_folder() as folder:
        database = backup.database(folder)
        _put_blobs(storage.blobs, _counted(backup, reporter))
        backup.extract_files(storage.settings.workspace)
        reporter.stage("Copying rows", None)
        read_rows(database, storage.database)


def _counted(backup: BackupReader, reporter: ProgressReporter) -> Iterable[bytes]:
    for number, data in enumerate(backup.blobs()):
        reporter.stage("Copying files", min(1.0, number / max(1, backup.manifest.files)))
        yield data


def _put_blobs(blobs: BlobStore, found: Iterable[bytes]) -> None:
    staged, size = [], 0
    with blobs.staging():
        for data in found:
            staged.append(blobs.stage(data))
            size += len(data)
            if size > _TOGETHER_BYTES:
                blobs.publish(staged)
                staged, size = [], 0
        blobs.publish(staged)
