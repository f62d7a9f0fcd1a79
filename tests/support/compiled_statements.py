"""Statements are compiled once a process, instead of once for the database of each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache

# More than all statements of ours, on both databases.
_STATEMENTS = 2000


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let all databases of one kind share a dialect, by which SQLAlchemy files what it compiled.

    That is half of the time of a test with a small database. A dialect knows its kind of database
    and its release, both of which are the same in all tests, and nothing of the single database.
    """
    dialects: dict[str, Dialect] = {}
    compiled: LRUCache[Any, Any] = LRUCache(_STATEMENTS)

    def sharing(address: str | URL, **options: Any) -> Engine:
        engine = create_engine(address, **options)
        shared = dialects.get(engine.dialect.name)
        if shared is None or not shared.server_version_info:  # nobody has connected with it yet
            dialects[engine.dialect.name] = engine.dialect
        else:
            engine.dialect = shared
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    with patch("tellapart.store.database.create_engine", sharing):
        yield
