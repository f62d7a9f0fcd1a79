import errno
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tellapart.errors import DatabaseUnavailable, NotFound, StorageFull
from tellapart.store.outages import database_unavailable, outage_of, storage_full


@pytest.fixture
def full_database(tmp_path: Path) -> OperationalError:
    """What a database raises that may not grow."""
    engine = create_engine(f"sqlite:///{tmp_path / 'small.db'}")
    event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA max_page_count=2"))
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE pictures (data BLOB)"))
        with pytest.raises(OperationalError) as raised:
            connection.execute(text("INSERT INTO pictures VALUES (zeroblob(100000))"))
    engine.dispose()
    return raised.value


def test_a_full_disk_is_known_by_what_files_raise() -> None:
    for number in (errno.ENOSPC, errno.EDQUOT):
        found = storage_full(OSError(number, "No space left on device"))
        assert isinstance(found, StorageFull)
        assert "Free some space" in str(found)


def test_a_full_disk_is_known_by_what_the_database_raises(full_database: OperationalError) -> None:
    assert isinstance(full_database.orig, sqlite3.OperationalError)
    assert isinstance(storage_full(full_database), StorageFull)
    assert isinstance(storage_full(full_database.orig), StorageFull)


def test_a_full_disk_that_is_known_already() -> None:
    known = StorageFull("Full.")
    assert storage_full(known) is known


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file"),
        OSError("no number"),
        NotFound("No."),
        OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked")),
        ZeroDivisionError(),
    ],
)
def test_other_errors_are_no_full_disk(error: Exception) -> None:
    assert storage_full(error) is None
    assert outage_of(error) is None


def _sqlite_error(code: int, words: str) -> OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, error)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (_sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT, "database is locked"), "Another program"),
        (_sqlite_error(sqlite3.SQLITE_IOERR_READ, "disk I/O error"), "disk I/O error"),
        (OperationalError("", {}, Exception("connection refused")), "TELLAPART_DATABASE_URL"),
        (IntegrityError("", {}, Exception(), connection_invalidated=True), "database server runs"),
        (PoolTimeout(), "in use"),
        (DatabaseUnavailable("Lost, in use."), "in use"),
    ],
)
def test_a_lost_database_is_known_by_what_it_raises(error: Exception, words: str) -> None:
    found = database_unavailable(error)
    assert found is not None
    assert words in str(found)
    assert outage_of(error) is not None


def test_mistakes_in_a_statement_are_no_outage() -> None:
    assert outage_of(_sqlite_error(sqlite3.SQLITE_ERROR, "no such table")) is None
    assert outage_of(IntegrityError("", {}, Exception("not unique"))) is None
