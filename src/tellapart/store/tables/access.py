"""Keys."""

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tellapart.store.tables.columns import Table, now

Scope = Literal["predict", "label", "admin"]
# What a key is good for, the least first; each may do what those before it may.
SCOPES: tuple[Scope, ...] = get_args(Scope)


class AccessKey(Table):
    """A key that was handed out: its hash, and what it is good for until it is revoked."""

    __tablename__ = "access_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    scope: Mapped[Scope] = mapped_column(String(10))
    secret_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    # A name may come again once the key that had it is revoked.
    __table_args__ = (
        Index(
            "ix_access_keys_name",
            "name",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
