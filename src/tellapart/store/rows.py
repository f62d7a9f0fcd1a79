"""All rows of a database, as an SQLite file and back into a database of any kind."""

from pathlib import Path

from sqlalchemy import URL, Integer, exists, func, insert, select, text
from sqlalchemy.orm import Session

from tellapart.errors import BackupUnusable, WorkspaceUnusable
from tellapart.store.database import Database
from tellapart.store.integrity import damage_of
from tellapart.store.locks import hold
from tellapart.store.tables import Table

# A row of an image has 2 kB, one with a vector 5 kB.
_ROWS_AT_ONCE = 1000
_SET_SEQUENCE = text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)")


def write_rows(database: Database, file: Path) -> Database:
    """Copy all rows, as they are at one moment, to a new SQLite file; the caller closes it."""
    copy = Database(URL.create("sqlite", database=str(file)))
    with database.reading() as source, copy.writing() as target:
        _copy(source, target)
    return copy


def read_rows(file: Path, database: Database) -> None:
    """Copy all rows of an SQLite file into a database that has none, or none at all.

    Raises:
        WorkspaceUnusable: the database has rows.
        BackupUnusable: the file is damaged, or of a newer release.
    """
    copy = _opened(file)
    try:
        with copy.reading() as source, database.writing() as target:
            hold(target, "intake", "dataset", "registry", "jobs", "predictions", "review")
            check_empty(target)
            _copy(source, target)
            if target.get_bind().dialect.name == "postgresql":
                _set_sequences(target)
    finally:
        copy.close()


def _opened(file: Path) -> Database:
    try:
        copy = Database(URL.create("sqlite", database=str(file)))
    except WorkspaceUnusable as error:
        raise BackupUnusable(f"The database in the backup cannot be used. {error}") from error
    with copy.reading() as session:
        damage = damage_of(session)
    if damage is not None:
        copy.close()
        raise BackupUnusable(
            f"The database in the backup is damaged ({damage}). Use another backup."
        )
    return copy


def check_empty(session: Session) -> None:
    """See that no table has a row.

    Raises:
        WorkspaceUnusable: one has.
    """
    for table in Table.metadata.sorted_tables:
        if session.scalar(select(exists().select_from(table))):
            raise WorkspaceUnusable(
                "A backup is restored into an empty workspace, and this one has data already "
                f"({table.name}). Nothing was changed. Name another folder with --workspace."
            )


def count_rows(session: Session, table: type[Table]) -> int:
    """How many rows a table has."""
    return session.scalar(select(func.count()).select_from(table)) or 0


def _copy(source: Session, target: Session) -> None:
    for table in Table.metadata.sorted_tables:
        rows = source.execute(select(table).execution_options(yield_per=_ROWS_AT_ONCE)).mappings()
        for part in rows.partitions():
            target.execute(insert(table), [dict(row) for row in part])


def _set_sequences(session: Session) -> None:
    """Number new rows behind those that came with their numbers."""
    for table in Table.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None or not isinstance(column.type, Integer):
            continue
        highest = session.scalar(select(func.max(column)))
        if highest is not None:
            names = {"table": table.name, "column": column.name}
            session.execute(_SET_SEQUENCE, {**names, "highest": highest})
