"""What to add and to label next."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tellapart.store.tables.columns import Table, now


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
