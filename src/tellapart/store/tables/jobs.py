"""Long work and its log."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tellapart.store.tables.columns import Table, now

JobKind = Literal[
    "import", "check", "train", "export", "learning_curve", "loadtest", "propose_labels"
]  # fmt: skip
JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class Job(Table):
    """Long work. While it runs, its worker renews the lease."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    stage: Mapped[str | None] = mapped_column(String(100))
    progress: Mapped[float | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_detail: Mapped[str | None] = mapped_column(Text)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    # How often it was given to a worker. It never falls: it tells workers apart.
    attempts: Mapped[int] = mapped_column(default=0)
    # The attempts before it was resumed, which count no more.
    resumed_after: Mapped[int] = mapped_column(default=0, server_default="0")
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobEvent(Table):
    """A line of a job's log, or a figure of its progress (`data`)."""

    __tablename__ = "job_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    type: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(default=now)
