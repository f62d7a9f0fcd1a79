"""The database: how it is opened, brought up to date, and written to."""

import json
import math
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tellapart.errors import WorkspaceUnusable
from tellapart.store.locks import WRITES, take
from tellapart.store.tables import Table, UtcDateTime

# The newest migration; a test compares it with the migrations folder. With it, opening a database
# that is up to date does not have to import Alembic.
SCHEMA_REVISION = "0012"
_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_S = 30
# A server that does not answer would else be waited for by all threads, for minutes.
_CONNECT_S = 5
# It is in each of our databases since the first release.
_OUR_TABLE = "dataset_versions"
# Alembic keeps what it works on in variables of its modules.
_upgrading = threading.Lock()
# SQLite takes 32,766 parameters in a statement, PostgreSQL twice as many.
_CHUNK_ROWS = 5000
Item = TypeVar("Item")


class Database:
    """Sessions on one database. Safe to share between threads."""

    def __init__(self, address: str | URL) -> None:
        """Open `address` (an SQLAlchemy URL), make it if it is new, migrate it if it is behind.

        Raises:
            WorkspaceUnusable: it cannot be opened, is of another program, or of a newer release.
        """
        self.engine = _create_engine(address)
        self._read_engine = _reading(self.engine)
        self._write_engine = self.engine.execution_options(**{WRITES: True})
        try:
            file = _file_of(self.engine)
            if file is not None:
                _check_file(file) if file.exists() else _make_file(file)
            self._migrate()
        except WorkspaceUnusable:
            self.close()
            raise
        except SQLAlchemyError as error:
            self.close()
            raise WorkspaceUnusable(
                f"The database {self.engine.url} cannot be opened: {_first_line(error)}. "
                "Check that the folder can be written and that the file is a Tellapart database."
            ) from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, in one snapshot."""
        with Session(self._read_engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are committed together at the end, or not at all.

        Whoever reads in it what another may change meanwhile holds a lock: see `store.locks`.
        """
        with Session(self._write_engine, expire_on_commit=False) as session, session.begin():
            yield session

    def watch_commits(self) -> "Commits":
        """Somebody who tells whether anything was committed."""
        return Commits(self.engine)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    def _migrate(self) -> None:
        with self.engine.connect() as connection:
            found = _revision(connection)
            if found == SCHEMA_REVISION:
                return
            if found is None and (tables := inspect(connection).get_table_names()):
                raise _foreign(connection.engine.url, tables)
        # Two processes may open a new workspace at once: the second waits for the lock, then
        # finds nothing left to do.
        with (
            self._write_engine.connect() as connection,
            _without_foreign_keys(connection),
            connection.begin(),
        ):
            take(connection, "schema")
            if _revision(connection) != SCHEMA_REVISION:
                _upgrade(connection)


class Commits:
    """Tells, in microseconds, whether any process has committed something."""

    def __init__(self, engine: Engine) -> None:
        # SQLite counts the commits of other connections; so this one is for nothing else.
        self._connection = engine.raw_connection() if engine.dialect.name == "sqlite" else None
        self._lock = threading.Lock()

    def number(self) -> int | None:
        """Another one after each commit; None where that cannot be told."""
        if self._connection is None:
            return None
        with self._lock:
            try:
                cursor = self._connection.cursor()
                number: int = cursor.execute("PRAGMA data_version").fetchone()[0]
                cursor.close()
            except sqlite3.Error:  # whoever asks the database itself is told what it has
                return None
            return number

    def close(self) -> None:
        """Give back the connection."""
        if self._connection is not None:
            self._connection.close()


def database_time(session: Session) -> datetime:
    """The time by the clock of the database, which is the same for all machines."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)  # it is in this process
    return session.execute(select(func.clock_timestamp(type_=UtcDateTime()))).scalar_one()


def insert_missing(
    session: Session, table: type[Table], rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert the rows whose key is not there yet, also when another process inserts them now.

    Rows that several processes insert come in the order of their keys, or two of them could wait
    for each other.
    """
    if not rows:
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(table).on_conflict_do_nothing(), rows)


def chunks(items: Iterable[Item], size: int = _CHUNK_ROWS) -> Iterator[list[Item]]:
    """Lists of up to `size` items, few enough for the parameters of one statement."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _file_of(engine: Engine) -> Path | None:
    """The file of an SQLite database; None for one in memory, or on a server."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name.startswith((":memory:", "file:")):
        return None
    return Path(name)


def _make_file(file: Path) -> None:
    """Make an SQLite database aside, so that a file of its name is never an unfinished one."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}.new")
    engine = _create_engine(URL.create("sqlite", database=str(draft)))
    try:
        with engine.execution_options(**{WRITES: True}).begin() as connection:
            _upgrade(connection)
        engine.dispose()
        with suppress(FileExistsError):  # another process was faster
            os.link(draft, file)
    finally:
        engine.dispose()
        for path in (draft, *(draft.with_name(draft.name + end) for end in ("-wal", "-shm"))):
            path.unlink(missing_ok=True)


def _check_file(file: Path) -> None:
    """See that an SQLite file is ours before it is written to in any way.

    We make our files together with their tables, so one without is not a new workspace.

    Raises:
        WorkspaceUnusable: it is empty, or of another program.
    """
    if not file.stat().st_size:
        raise _unusable(file, "is an empty file of 0 bytes")
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            names = [row[0] for row in tables]
        finally:
            connection.close()
    except sqlite3.Error:
        return  # it will show what is wrong when it is opened
    if not names:
        raise _unusable(file, "has no tables")
    if _OUR_TABLE not in names:
        raise _foreign(file, names)


def _foreign(database: Path | URL, tables: Iterable[str]) -> WorkspaceUnusable:
    shown = ", ".join(sorted(tables)[:5])
    return _unusable(database, f"has tables that are not of Tellapart: {shown}")


def _unusable(database: Path | URL, what: str) -> WorkspaceUnusable:
    return WorkspaceUnusable(
        f"The database {database} {what}. Restore it from a backup, or use another one; to begin "
        "anew, remove it first. Nothing was changed."
    )


def _revision(connection: Connection) -> str | None:
    """The schema of our tables; None where there are none."""
    if not all(map(inspect(connection).has_table, ("alembic_version", _OUR_TABLE))):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found is not None and found > SCHEMA_REVISION:
        raise WorkspaceUnusable(
            f"This workspace has schema {found}, this Tellapart knows {SCHEMA_REVISION}. "
            "Update Tellapart, or use another workspace."
        )
    return found


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """On SQLite a table is altered by a copy that takes its place; what refers to it must wait.

    They are checked at the end of the migration (https://sqlite.org/lang_altertable.html, 7).
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
        driver.close()


def _upgrade(connection: Connection) -> None:
    # Alembic takes 0.2 s to import and is needed once in the life of a workspace.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    with _upgrading:
        command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise WorkspaceUnusable(
                f"The migration would break references of the table {broken[0]}; the database was "
                "left as it is. Go back to the Tellapart that wrote it, and report this."
            )


def _create_engine(address: str | URL) -> Engine:
    try:
        url = make_url(address)
        if url.get_backend_name() != "sqlite":
            return create_engine(
                url,
                connect_args={"connect_timeout": url.query.get("connect_timeout", _CONNECT_S)},
                pool_pre_ping=True,
                json_serializer=to_json,
            )
        engine = create_engine(
            url, connect_args={"timeout": _BUSY_TIMEOUT_S}, json_serializer=to_json
        )
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise WorkspaceUnusable(
            f"The database address cannot be used: {_first_line(error)}. "
            "Write TELLAPART_DATABASE_URL like postgresql+psycopg://user@host/name; PostgreSQL "
            "needs the extra 'postgres': pip install 'tellapart[postgres]'."
        ) from error
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _reading(engine: Engine) -> Engine:
    """Transactions of one snapshot, which SQLite has anyway."""
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def to_json(value: object) -> str:
    """JSON for a column: a number that is none (NaN, infinity) becomes null, as JSON has no such.

    PostgreSQL refuses them, and so do browsers.
    """
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value))


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")


def _configure_sqlite(connection: Any, _record: object) -> None:
    # Transactions are begun by `_begin_sqlite`, not by the driver in the middle of one.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    # A write takes its lock at the start: an upgrade from a read can fail half-way.
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
