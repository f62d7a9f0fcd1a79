"""A database that is lost while a program runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from tellapart.store.storage import Storage


@contextmanager
def lost_file(storage: Storage) -> Iterator[None]:
    """The SQLite file of a workspace cannot be opened for the length of the block."""
    file = storage.settings.workspace / "tellapart.db"
    aside = file.rename(file.with_suffix(".aside"))
    file.mkdir()
    storage.database.engine.dispose()
    try:
        yield
    finally:
        file.rmdir()
        aside.rename(file)
