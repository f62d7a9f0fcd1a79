"""Records of predictions that nobody made."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tellapart.monitoring.prediction_log import PredictionLog
from tellapart.monitoring.records import PredictionRecord

NOON = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)


def answered(seconds: float = 0, label: str = "cats", **other: Any) -> PredictionRecord:
    """An answer, so many seconds after noon."""
    values: dict[str, Any] = {
        "status": 200, "model_version": 1, "label": label, "confidence": 0.9, "decode_ms": 1.0,
        "queue_ms": 0.5, "inference_ms": 8.5, "total_ms": 10.0,
    }  # fmt: skip
    at = NOON + timedelta(seconds=seconds)
    return PredictionRecord(at=at, route="/api/predict", **{**values, **other})


def failed(seconds: float = 0, status: int = 422, code: str = "not_an_image") -> PredictionRecord:
    """A request that failed, so many seconds after noon."""
    at = NOON + timedelta(seconds=seconds)
    return PredictionRecord(at, "/api/predict", status, 1.0, code)


def prediction_id(number: int) -> str:
    """An id as the engine gives them."""
    return UUID(int=number).hex


def write(log: PredictionLog, *records: PredictionRecord) -> None:
    """Log some records, at once."""
    for record in records:
        log.add(record)
    assert log.flush()
