"""Access keys: made at random, shown once, kept as hashes.

A key is `tap_<id>_<secret>`. The secret has 256 random bits, so one round of SHA-256 keeps it:
there is nothing to guess by trying, as there is with a password.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tellapart.errors import InvalidRequest, NotFound
from tellapart.store.database import Database
from tellapart.store.tables import SCOPES, AccessKey, Scope, now

_PREFIX = "tap"
_ID_BYTES = 6
_SECRET_BYTES = 32
_MAX_NAME_LENGTH = 80
# Compared with where there is no such key, so that the time of an answer does not tell ids.
_NO_HASH = "0" * 64


@dataclass(frozen=True)
class Bearer:
    """Who has sent a key that is good."""

    name: str
    scope: Scope

    def may(self, scope: Scope) -> bool:
        """Whether the key is good for this too: admin may label, label may predict."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)


@dataclass(frozen=True)
class ListedKey:
    """A key as it may be shown: without its secret."""

    name: str
    scope: Scope
    created_at: datetime
    revoked_at: datetime | None


class KeyRing:
    """The keys of a workspace. Safe to share between threads."""

    def __init__(self, database: Database, admin_key: str | None = None) -> None:
        """`admin_key` is one more key, of the operator, that is not in the database."""
        self._database = database
        self._admin_hash = None if admin_key is None else _hash(admin_key)

    def create(self, name: str, scope: Scope) -> str:
        """Make a key, and return it; it cannot be read again.

        Raises:
            InvalidRequest: the name cannot be used, or a key that is not revoked has it.
        """
        name = name.strip()
        if not name or len(name) > _MAX_NAME_LENGTH or not name.isprintable():
            raise InvalidRequest(
                f"A key cannot be called {name[:40]!r}. Give it a name of 1 to {_MAX_NAME_LENGTH} "
                "letters, such as who will use it."
            )
        key_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
        try:
            with self._database.writing() as session:
                row = AccessKey(id=key_id, name=name, scope=scope, secret_hash=_hash(secret))
                session.add(row)
        except IntegrityError as error:
            raise InvalidRequest(
                f"There is a key {name!r} already. Choose another name, or revoke that one first "
                f"with `tellapart keys revoke {name}`."
            ) from error
        return f"{_PREFIX}_{key_id}_{secret}"

    def list(self) -> list[ListedKey]:
        """All keys that were made, oldest first; the operator's own is not among them."""
        with self._database.reading() as session:
            rows = session.scalars(select(AccessKey).order_by(AccessKey.created_at, AccessKey.id))
            return [ListedKey(row.name, row.scope, row.created_at, row.revoked_at) for row in rows]

    def revoke(self, name: str) -> None:
        """Make a key useless, at once and for good.

        Raises:
            NotFound: no key that is not revoked has this name.
        """
        query = select(AccessKey).where(AccessKey.name == name.strip(), _IS_GOOD)
        with self._database.writing() as session:
            row = session.scalar(query)
            if row is None:
                raise NotFound(
                    f"There is no key {name[:80]!r} to revoke. `tellapart keys list` shows the "
                    "keys that there are."
                )
            row.revoked_at = now()

    def is_empty(self) -> bool:
        """Whether nobody has a key that is good."""
        if self._admin_hash is not None:
            return False
        with self._database.reading() as session:
            return session.scalar(select(AccessKey.id).where(_IS_GOOD).limit(1)) is None

    def find(self, key: str) -> Bearer | None:
        """Who holds a key; None when it is none of ours, or revoked."""
        if self._admin_hash is not None and hmac.compare_digest(_hash(key), self._admin_hash):
            return Bearer("TELLAPART_ADMIN_KEY", "admin")
        prefix, _, rest = key.partition("_")
        key_id, _, secret = rest.partition("_")
        if prefix != _PREFIX or not secret:
            return None
        with self._database.reading() as session:
            row = session.scalar(select(AccessKey).where(AccessKey.id == key_id, _IS_GOOD))
        known = _NO_HASH if row is None else row.secret_hash
        if not hmac.compare_digest(_hash(secret), known) or row is None:
            return None
        return Bearer(row.name, row.scope)


_IS_GOOD = AccessKey.revoked_at.is_(None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
