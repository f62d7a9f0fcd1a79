"""What the roll-ups come to: one summary of a window, or a series of points over it."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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


@dataclass(frozen=True)
class LatencyQuantiles:
    """Latencies of answered predictions, in ms, each right within 2% of itself."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class FeedbackScore:
    """How often people said that an answer was right, with the 95% interval (Wilson 1927)."""

    count: int
    correct: int
    accuracy: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Summary:
    """A window in numbers."""

    window: Window
    total: Rollup
    versions: dict[int, int]
    latency: LatencyQuantiles | None
    feedback: FeedbackScore


@dataclass(frozen=True)
class Point:
    """One step of a series."""

    at: datetime
    total: Rollup
    latency: LatencyQuantiles | None


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


def latency_of(total: Rollup) -> LatencyQuantiles | None:
    """The quantiles of what was counted; None when nothing was answered."""
    found = quantiles(total.latencies, _SHARES)
    return None if found is None else LatencyQuantiles(*found)


def _feedback(session: Session, window: Window) -> FeedbackScore:
    query = (
        select(PredictionFeedback.correct, func.count())
        .where(PredictionFeedback.at >= window.since, PredictionFeedback.at <= window.until)
        .group_by(PredictionFeedback.correct)
    )
    counts = {row[0]: row[1] for row in session.execute(query)}
    correct, total = counts.get(True, 0), sum(counts.values())
    if not total:
        return FeedbackScore(0, 0, None, None, None)
    return FeedbackScore(total, correct, correct / total, *wilson_interval(correct, total))
