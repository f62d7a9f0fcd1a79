"""What no code is to blame for: a full disk, and a database that does not answer."""

import errno
import os
import sqlite3
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tellapart.errors import DatabaseUnavailable, StorageFull, StoreError

# What a database raises, for these or for other reasons.
DATABASE_ERRORS = (DBAPIError, PoolTimeout)
# A value that the database cannot hold: a NUL in a text, a number that is too large.
ValueRefused = DataError

_FILE = (errno.ENOSPC, errno.EDQUOT)
_SQLITE_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
_SQLITE_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SQLITE_UNREADABLE = (
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_PROTOCOL,
)  # fmt: skip
# The lower byte of an extended result code of SQLite.
_PRIMARY = 0xFF
_POSTGRESQL_FULL = "53100"


def outage_of(error: BaseException) -> StoreError | None:
    """The error to give to people when disk or database are to blame for `error`; else None."""
    return storage_full(error) or database_unavailable(error)


def storage_full(error: BaseException, folder: Path | None = None) -> StorageFull | None:
    """The error to give to people when `error` says that no space is left; else None.

    `folder` is where it was written, for errors that do not say.
    """
    cause = getattr(error, "orig", error)  # SQLAlchemy wraps what the driver raises
    if isinstance(cause, StorageFull):
        return cause
    full = (
        (isinstance(cause, OSError) and cause.errno in _FILE)
        or getattr(cause, "sqlite_errorcode", None) in _SQLITE_FULL
        or getattr(cause, "sqlstate", None) == _POSTGRESQL_FULL
    )
    if not full:
        return None
    return StorageFull(
        f"No space is left on {_disk(cause, folder)}. What was being written is not kept; "
        "nothing else is lost. Free some space, then do it again."
    )


def database_unavailable(error: BaseException) -> DatabaseUnavailable | None:
    """The error to give to people when `error` says that the database is lost; else None."""
    if isinstance(error, DatabaseUnavailable):
        return error
    remedy = _remedy(error)
    if remedy is None:
        return None
    found = DatabaseUnavailable(
        f"The database cannot be used now, so nothing was changed. {remedy} Then do it again."
    )
    found.__cause__ = error
    return found


def _remedy(error: BaseException) -> str | None:
    if isinstance(error, PoolTimeout):
        return "All connections to it are in use; wait until the server has less to do."
    if not isinstance(error, DBAPIError):
        return None
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None and code & _PRIMARY in _SQLITE_LOCKED:
        return "Another program holds its file, tellapart.db; wait for it, or stop it."
    if code is not None and code & _PRIMARY in _SQLITE_UNREADABLE:
        return (
            f"Its file, tellapart.db, cannot be read or written ({error.orig}). See that the disk "
            "is there, and that the file is whole and may be read and written."
        )
    lost = error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
    if isinstance(error.orig, sqlite3.Error) or not lost:
        return None
    return (
        "See that the database server runs, and that it can be reached at the address of "
        "TELLAPART_DATABASE_URL."
    )


def _disk(cause: BaseException, folder: Path | None) -> str:
    """Which disk it is, as far as is known."""
    file = getattr(cause, "filename", None)
    if file:
        return f"the disk of {Path(os.fsdecode(file)).parent}"
    if folder is not None:
        return f"the disk of {folder}"
    return f"the disk of the workspace, or on that of temporary files ({gettempdir()})"
