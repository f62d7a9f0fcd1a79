"""What a check of the data set found."""

from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import JSON, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from tellapart.store.tables.columns import Table

IssueKind = Literal[
    "near_duplicate", "leak", "label", "label_conflict", "outlier",
    "blurry", "dark", "bright", "low_information", "odd_aspect", "odd_size",
]  # fmt: skip
ISSUE_KINDS: tuple[IssueKind, ...] = get_args(IssueKind)


class ImageCheck(Table):
    """How an image looks beside the others of the data set: scores from 0 (worst) to 1.

    `map_x` and `map_y` are its place on the embedding map.
    """

    __tablename__ = "image_checks"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    near_duplicate_score: Mapped[float | None]
    label_score: Mapped[float | None]
    outlier_score: Mapped[float | None]
    odd_size_score: Mapped[float | None]
    map_x: Mapped[float | None]
    map_y: Mapped[float | None]


class ImageIssue(Table):
    """Something about an image that somebody should look at.

    `class_id` is the class that is suggested instead; `group_id`, the smallest image id of the
    near-duplicates it belongs to. `kept` is set when somebody looked, and left it as it is.
    """

    __tablename__ = "image_issues"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    score: Mapped[float]
    class_id: Mapped[int | None] = mapped_column(ForeignKey("classes.id"))
    group_id: Mapped[int | None]
    kept: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (Index("ix_image_issues_kind", "kind", "kept", "score", "image_id"),)


class QualitySummary(Table):
    """Counts of issues, as pages show them: the row with the highest id. Written on change."""

    __tablename__ = "quality_summaries"

    id: Mapped[int] = mapped_column(primary_key=True)
    issues: Mapped[dict[str, Any]]
    checked_version: Mapped[int | None]
    checked_at: Mapped[datetime | None]
    label_check: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
