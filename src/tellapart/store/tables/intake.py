"""What came, and what could not be used."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tellapart.store.tables.columns import Table, now


class QuarantinedFile(Table):
    """A file that an import could not use: its bytes (when there are any) and the reason.

    `label` and `split` are what its source said of it, for when it is tried again.
    """

    __tablename__ = "quarantined_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(String(400))
    split: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_quarantined_files_name", "name", "content_hash"),)


class UploadBatch(Table):
    """Images without a class that came together: `name`, `size_bytes`, `content_hash` of each file.

    One job imports them; another one, once it was asked for, trains on what is said of them.
    """

    __tablename__ = "upload_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_job_id: Mapped[str] = mapped_column(String(32))
    training_job_id: Mapped[str | None] = mapped_column(String(32))
    files: Mapped[list[dict[str, Any]]]
    created_at: Mapped[datetime] = mapped_column(default=now)
