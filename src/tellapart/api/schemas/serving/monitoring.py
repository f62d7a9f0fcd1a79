"""What predictions come to over time."""

from datetime import datetime

from pydantic import BaseModel, Field

from tellapart.monitoring.rollups import Rollup
from tellapart.monitoring.summary import FeedbackSummary, Latency, Point, Summary
from tellapart.store import tables


class MeanStageTimes(BaseModel):
    """Where the time of answered predictions went on average, in ms; null: none was answered."""

    decode: float | None
    queue: float | None
    inference: float | None


class LogState(BaseModel):
    """Predictions in the log, and those that could not be written to it."""

    written: int
    dropped: int


class MonitoringSummary(BaseModel):
    """The predictions of a window that ends now."""

    window_s: int
    since: datetime = Field(description="The window is widened to begin with a whole step.")
    until: datetime
    requests: int = Field(description="Images that were answered, and requests that failed.")
    answered: int
    requests_per_second: float
    failures: dict[str, int] = Field(description="Requests that failed, by HTTP status.")
    failure_codes: dict[str, int] = Field(description="Requests that failed, by problem code.")
    latency_ms: Latency
    mean_stage_ms: MeanStageTimes
    class_distribution: dict[str, int] = Field(description="Most frequent first.")
    model_versions: dict[int, int] = Field(description="Answers of each model version.")
    mean_confidence: float | None
    mean_distance_score: float | None
    abstained: int
    abstained_because: dict[str, int]
    feedback: FeedbackSummary
    log: LogState

    @classmethod
    def of(cls, found: Summary) -> "MonitoringSummary":
        """The shape of a summary."""
        total, window = found.total, found.window
        statuses, codes = _failures(total)
        return cls(
            window_s=window.length_s,
            since=window.since,
            until=window.until,
            requests=total.requests,
            answered=total.answered,
            requests_per_second=round(total.requests / window.covered_s, 4),
            failures=statuses,
            failure_codes=codes,
            latency_ms=found.latency,
            mean_stage_ms=MeanStageTimes(
                decode=_mean(total.decode_ms_sum, total.answered),
                queue=_mean(total.queue_ms_sum, total.answered),
                inference=_mean(total.inference_ms_sum, total.answered),
            ),
            class_distribution=dict(total.classes.most_common()),
            model_versions=found.versions,
            mean_confidence=_mean(total.confidence_sum, total.answered),
            mean_distance_score=_mean(total.distance_sum, total.distances),
            abstained=total.abstained,
            abstained_because={
                "low_confidence": total.low_confidence,
                "unlike_training_data": total.unlike_training_data,
            },
            feedback=found.feedback,
            log=LogState(written=total.requests, dropped=total.dropped),
        )


class MonitoringPoint(BaseModel):
    """One step of the series."""

    at: datetime = Field(description="When the step begins.")
    requests: int
    answered: int
    requests_per_second: float
    failed: int
    latency_ms: Latency
    mean_confidence: float | None
    abstained: int
    unlike_training_data: int
    classes: dict[str, int] = Field(description="Answers by class; only of the listed `classes`.")

    @classmethod
    def of(cls, point: Point, length_s: float, labels: list[str]) -> "MonitoringPoint":
        """The shape of a point, over `length_s` seconds."""
        total = point.total
        return cls(
            at=point.at,
            requests=total.requests,
            answered=total.answered,
            requests_per_second=round(total.requests / length_s, 4),
            failed=total.failed,
            latency_ms=point.latency,
            mean_confidence=_mean(total.confidence_sum, total.answered),
            abstained=total.abstained,
            unlike_training_data=total.unlike_training_data,
            classes={label: total.classes[label] for label in labels if label in total.classes},
        )


class PromotionMark(BaseModel):
    """When another version came into service."""

    at: datetime
    action: str = Field(description="`promote` or `rollback`.")
    from_version: int | None
    to_version: int
    reason: str

    @classmethod
    def of(cls, row: tables.Promotion) -> "PromotionMark":
        """The shape of an audit row."""
        return cls(
            at=row.created_at, action=row.action, from_version=row.from_version,
            to_version=row.to_version, reason=row.reason,
        )  # fmt: skip


class MonitoringSeries(BaseModel):
    """The predictions of a window, step by step. The last step is not over yet."""

    window_s: int
    step_s: int
    since: datetime
    until: datetime
    classes: list[str] = Field(description="The most frequent classes of the window, at most 8.")
    points: list[MonitoringPoint]
    promotions: list[PromotionMark]


def _mean(total: float, count: int) -> float | None:
    return round(total / count, 4) if count else None


def _failures(total: Rollup) -> tuple[dict[str, int], dict[str, int]]:
    statuses: dict[str, int] = {}
    codes: dict[str, int] = {}
    for name, count in sorted(total.failures.items()):
        status, _, code = name.partition(" ")
        statuses[status] = statuses.get(status, 0) + count
        if code:
            codes[code] = codes.get(code, 0) + count
    return statuses, codes
