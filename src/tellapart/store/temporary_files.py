"""Files that are gone when the work is done: on the disk of the workspace while a job runs."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from tempfile import TemporaryDirectory

from tellapart.store.outages import storage_full

_parent: ContextVar[Path | None] = ContextVar("temporary_files", default=None)


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Within the block, temporary folders are made in this one, which is removed at the end."""
    token = _parent.set(folder)
    try:
        yield
    finally:
        _parent.reset(token)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """An empty folder until the end of the block; outside of a job, where the system has them.

    Raises:
        StorageFull: no space is left there; the message names the folder.
    """
    parent = _parent.get()
    if parent is not None:
        parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=parent, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        try:
            yield folder
        except Exception as error:
            full = storage_full(error, folder.parent)
            if full is None:
                raise
            raise full from error
