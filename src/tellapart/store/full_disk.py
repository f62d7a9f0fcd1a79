"""A full disk, however it shows itself: to a file or to the database."""

import errno
import os
import sqlite3
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy.exc import DataError, OperationalError

from tellapart.errors import StorageFull

# What a database raises when it cannot go on, for this or for another reason.
DatabaseError = OperationalError
# A value that the database cannot hold: a NUL in a text, a number that is too large.
ValueRefused = DataError

_FILE = (errno.ENOSPC, errno.EDQUOT)
_SQLITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
_POSTGRESQL = "53100"


def storage_full(error: BaseException) -> StorageFull | None:
    """The error to give to people when `error` says that no space is left; else None."""
    cause = getattr(error, "orig", error)  # SQLAlchemy wraps what the driver raises
    if isinstance(cause, StorageFull):
        return cause
    full = (
        (isinstance(cause, OSError) and cause.errno in _FILE)
        or getattr(cause, "sqlite_errorcode", None) in _SQLITE
        or getattr(cause, "sqlstate", None) == _POSTGRESQL
    )
    if not full:
        return None
    return StorageFull(
        f"No space is left on {_disk(cause)}. What was being written is not kept; "
        "nothing else is lost. Free some space, then do it again."
    )


def _disk(cause: BaseException) -> str:
    """Which disk it is, as far as the error tells."""
    file = getattr(cause, "filename", None)
    if file:
        return f"the disk of {Path(os.fsdecode(file)).parent}"
    return f"the disk of the workspace, or on that of temporary files ({gettempdir()})"
