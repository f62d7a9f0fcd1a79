"""An answer that depends on the database alone: made when that changes, not when it is asked."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from tellapart.store.database import Database

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class CachedAnswer(Generic[Key, Value]):
    """The bytes of one answer. Safe to share between threads."""

    def __init__(
        self, database: Database, key: Callable[[Session], Key], read: Callable[[Session], Value]
    ) -> None:
        """`key` finds what the answer depends on, which is cheaper than to `read` it."""
        self._database = database
        self._find_key = key
        self._read = read
        self._commits = database.watch_commits()
        self._lock = threading.Lock()
        self._made: tuple[Key, bytes] | None = None
        self._seen: int | None = None

    def fresh(self) -> bytes | None:
        """The answer, if nothing was committed since it was last looked at; takes microseconds."""
        seen, made = self._seen, self._made
        if seen is None or made is None or self._commits.number() != seen:
            return None
        return made[1]

    def make(self, encode: Callable[[Value], bytes]) -> bytes:
        """The answer, made anew if what it depends on has changed."""
        with self._lock:
            seen = self._commits.number()  # before reading: what comes later is noticed
            with self._database.reading() as session:
                key = self._find_key(session)
                if self._made is None or self._made[0] != key:
                    self._made = key, encode(self._read(session))
            self._seen = seen
            return self._made[1]

    def close(self) -> None:
        """Give back the connection."""
        self._commits.close()
