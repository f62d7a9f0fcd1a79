"""What to add and to label next, and the review queue."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from tellapart.store.tables.columns import Table, now

ReviewReason = Literal["typical", "uncertain", "different", "unlike_training_data"]


class DataAdvice(Table):
    """What to add next, by the embeddings of a version: the row with the highest id.

    `worth_labelling` are images without a class: `image_id`, `score` and `reason` of each.
    """

    __tablename__ = "data_advice"

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_version: Mapped[int] = mapped_column(ForeignKey("dataset_versions.id"))
    learning_curve: Mapped[dict[str, Any]]
    worth_labelling: Mapped[list[dict[str, Any]]]
    computed_at: Mapped[datetime] = mapped_column(default=now)


class LabelProposal(Table):
    """What a version says of an image without a class; `abstained_because` if it is not sure."""

    __tablename__ = "label_proposals"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    model_version: Mapped[int] = mapped_column(ForeignKey("model_versions.version"))
    label: Mapped[str] = mapped_column(String(400))
    confidence: Mapped[float]
    abstained_because: Mapped[str | None] = mapped_column(String(40))


class ReviewPlace(Table):
    """Where an image comes in the review queue, in the order that teaches most, and why there."""

    __tablename__ = "review_places"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    position: Mapped[int] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(24))


class ReviewLease(Table):
    """An image that somebody is shown; others get different ones until it runs out."""

    __tablename__ = "review_leases"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime]


class ReviewBatch(Table):
    """Decisions that came together; `decided` counts those that said something of an image."""

    __tablename__ = "review_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    dataset_version: Mapped[int | None] = mapped_column(ForeignKey("dataset_versions.id"))
    decided: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    undone: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (Index("ix_review_batches_holder", "holder", "id"),)


class ReviewSkip(Table):
    """An image that somebody would not decide: it comes last, for all."""

    __tablename__ = "review_skips"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("review_batches.id"))
