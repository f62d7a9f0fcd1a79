"""What the server answered, and what people say of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tellapart.store.tables.columns import Table, now


class LoggedPrediction(Table):
    """A prediction that was asked for over HTTP, answered or failed.

    `abstained_because` is null for an answer to be believed. No key ties a row to its model
    version or its class: it says what was answered at that time.
    """

    __tablename__ = "predictions"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    prediction_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    route: Mapped[str] = mapped_column(String(60))
    status: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(10))
    code: Mapped[str | None] = mapped_column(String(40))
    model_version: Mapped[int | None]
    label: Mapped[str | None] = mapped_column(String(400))
    confidence: Mapped[float | None]
    abstained_because: Mapped[str | None] = mapped_column(String(30))
    distance_score: Mapped[float | None]
    decode_ms: Mapped[float | None]
    queue_ms: Mapped[float | None]
    inference_ms: Mapped[float | None]
    total_ms: Mapped[float]

    __table_args__ = (
        Index("ix_predictions_at", "at", "id"),
        Index("ix_predictions_label", "label", "at", "id"),
        Index("ix_predictions_version", "model_version", "at", "id"),
        Index("ix_predictions_outcome", "outcome", "at", "id"),
        Index("ix_predictions_status", "status", "at", "id"),
    )


class PredictionRollup(Table):
    """Counts of the predictions in a span of time; `model_version` 0: no model was asked."""

    __tablename__ = "prediction_rollups"

    resolution_s: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    model_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    requests: Mapped[int]
    answered: Mapped[int]
    low_confidence: Mapped[int]
    unlike_training_data: Mapped[int]
    confidence_sum: Mapped[float]
    distances: Mapped[int]
    distance_sum: Mapped[float]
    decode_ms_sum: Mapped[float]
    queue_ms_sum: Mapped[float]
    inference_ms_sum: Mapped[float]
    dropped: Mapped[int]
    failures: Mapped[dict[str, Any]]
    classes: Mapped[dict[str, Any]]
    latencies: Mapped[dict[str, Any]]
    confidences: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    distance_scores: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class PredictionFeedback(Table):
    """What somebody says of a prediction; it outlives the row of the log.

    `label` is the right class; null when it is only known that the answer was wrong.
    """

    __tablename__ = "prediction_feedback"

    prediction_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    model_version: Mapped[int]
    predicted_label: Mapped[str] = mapped_column(String(400))
    label: Mapped[str | None] = mapped_column(String(400))
    correct: Mapped[bool]
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_prediction_feedback_at", "at", "correct"),)
