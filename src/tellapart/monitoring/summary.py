"""What the roll-ups come to: one summary of a window, or a series of points over it."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tellapart.evaluation.metrics import wilson_interval
from tellapart.monitoring.latency import quantiles
from tellapart.monitoring.rollups import RESOLUTIONS_S, Rollup, read_rollups, rollup_of
from tellapart.monitoring.windows import Window
from tellapart.store.tables import PredictionFeedback, Promotion, now

_SHARES = (0.5, 0.95, 0.99)
_MAX_PROMOTIONS = 100
_FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)


class Latency(BaseModel):
    """Quantiles of answered predictions, in ms, right within 2%; null: none was answered."""

    p50: float | None
    p95: float | None
    p99: float | None


class FeedbackSummary(BaseModel):
    """How often people said that an answer was right; null: nobody has said anything."""

    count: int
    correct: int
    accuracy: float | None
    low: float | None = Field(description="Lower end of the 95% interval (Wilson).")
    high: float | None


@dataclass(frozen=True)
class Summary:
    """A window in numbers."""

    window: Window
    total: Rollup
    versions: dict[int, int]
    latency: Latency
    feedback: FeedbackSummary


@dataclass(frozen=True)
class Point:
    """One step of a series."""

    at: datetime
    total: Rollup
    latency: Latency


def read_summary(session: Session, window: Window) -> Summary:
    """The numbers of a window; all are 0 or None when nothing was asked in it."""
    total, versions = Rollup(), Counter[int]()
    for row in read_rollups(session, window.step_s, window.since, window.until):
        total.merge(rollup_of(row))
        versions[row.model_version] += row.answered
    return Summary(
        window=window,
        total=total,
        versions={version: count for version, count in sorted(versions.items()) if count},
        latency=latency_of(total),
        feedback=_feedback(session, window),
    )


def read_total(session: Session) -> Rollup:
    """All predictions that were ever counted: counts by day are kept."""
    total = Rollup()
    for row in read_rollups(session, RESOLUTIONS_S[-1], _FIRST_DAY, now()):
        total.merge(rollup_of(row))
    return total


def read_series(session: Session, window: Window) -> list[Point]:
    """A point for each step of a window, also for those in which nothing was asked."""
    totals: dict[datetime, Rollup] = {}
    at, step = window.since, timedelta(seconds=window.step_s)
    while at <= window.until:
        totals[at] = Rollup()
        at += step
    for row in read_rollups(session, window.step_s, window.since, window.until):
        totals[row.starts_at].merge(rollup_of(row))
    return [Point(at, total, latency_of(total)) for at, total in totals.items()]


def read_promotions(session: Session, window: Window) -> list[Promotion]:
    """The newest promotions and rollbacks of a window, oldest first."""
    query = (
        select(Promotion)
        .where(Promotion.created_at >= window.since, Promotion.created_at <= window.until)
        .order_by(Promotion.id.desc())
        .limit(_MAX_PROMOTIONS)
    )
    return list(session.scalars(query))[::-1]


def latency_of(total: Rollup) -> Latency:
    """The quantiles of what was counted."""
    p50, p95, p99 = quantiles(total.latencies, _SHARES) or (None, None, None)
    return Latency(p50=_rounded(p50), p95=_rounded(p95), p99=_rounded(p99))


def _rounded(latency_ms: float | None) -> float | None:
    return None if latency_ms is None else round(latency_ms, 2)


def _feedback(session: Session, window: Window) -> FeedbackSummary:
    query = (
        select(PredictionFeedback.correct, func.count())
        .where(PredictionFeedback.at >= window.since, PredictionFeedback.at <= window.until)
        .group_by(PredictionFeedback.correct)
    )
    counts = {row[0]: row[1] for row in session.execute(query)}
    correct, total = counts.get(True, 0), sum(counts.values())
    if not total:
        return FeedbackSummary(count=0, correct=0, accuracy=None, low=None, high=None)
    low, high = wilson_interval(correct, total)
    return FeedbackSummary(
        count=total, correct=correct, accuracy=correct / total, low=low, high=high
    )
