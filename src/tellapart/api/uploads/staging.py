"""Uploads: written into the workspace as they arrive, kept whole or not at all.

Each is one file, `uploads/<job id>.zip`. Who receives it holds a lock on it until its job is
written down; a file with neither a lock nor an unfinished job was left by a server that died.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool

from tellapart.errors import JobNotFound
from tellapart.jobs.queue import FINISHED, JobQueue, new_job_id
from tellapart.store.storage import Storage


@dataclass(frozen=True)
class Upload:
    """A file that is being received, for the job of that id."""

    job_id: str
    path: Path
    file: BinaryIO

    @property
    def key(self) -> str:
        """Names it among the uploads of the workspace."""
        return self.path.name

    def sync(self) -> None:
        """Make what was written survive a crash of the machine."""
        self.file.flush()
        os.fsync(self.file.fileno())

    def discard(self) -> None:
        """Give the space back."""
        self.path.unlink(missing_ok=True)
        with suppress(OSError):  # what is still buffered may find no space
            self.file.close()


@asynccontextmanager
async def new_upload(storage: Storage, jobs: JobQueue, size_bytes: int) -> AsyncIterator[Upload]:
    """A locked, empty file; gone again when the block raises.

    Raises:
        OSError: there is no room for `size_bytes` more.
    """
    await run_in_threadpool(remove_leftovers, storage, jobs)
    upload = await run_in_threadpool(_create, storage.uploads, size_bytes)
    try:
        yield upload
    except BaseException:
        await run_in_threadpool(upload.discard)
        raise
    upload.file.close()


def remove_leftovers(storage: Storage, jobs: JobQueue) -> None:
    """Remove the uploads that no job needs any more, and those that were never complete."""
    for path in storage.uploads.glob("*.zip"):
        try:
            with path.open("rb") as file:
                if _lock(file) and not _is_needed(jobs, path.stem):
                    path.unlink(missing_ok=True)
        except FileNotFoundError:  # its import has just ended
            continue


def _create(folder: Path, size_bytes: int) -> Upload:
    if size_bytes > shutil.disk_usage(folder).free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    while True:
        job_id = new_job_id()
        path = folder / f"{job_id}.zip"
        file = path.open("x+b")
        # A server that starts just now may have taken it for a leftover.
        if _lock(file) and path.exists():
            return Upload(job_id, path, file)
        file.close()


def _lock(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_needed(jobs: JobQueue, job_id: str) -> bool:
    try:
        return jobs.get(job_id).status not in FINISHED
    except JobNotFound:
        return False
