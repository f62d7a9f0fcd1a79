"""Counts of predictions in spans of 10 seconds, 1 and 10 minutes, 1 and 6 hours, and a day.

They are updated with each batch of the log, so that reading them counts no predictions.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tellapart.evaluation.score_buckets import confidence_bucket, distance_bucket
from tellapart.monitoring.latency import bucket_of
from tellapart.monitoring.records import PredictionRecord
from tellapart.store.locks import hold
from tellapart.store.tables import PredictionRollup

RESOLUTIONS_S = (10, 60, 600, 3600, 21600, 86400)
# Of the key of counts that belong to no model: requests that failed before one was asked.
_NO_VERSION = 0
# Columns that are sums, and those that are counts by name: each is added up.
_SUMS = (
    "requests", "answered", "low_confidence", "unlike_training_data", "confidence_sum",
    "distances", "distance_sum", "decode_ms_sum", "queue_ms_sum", "inference_ms_sum", "dropped",
)  # fmt: skip
_COUNTS = ("failures", "classes", "latencies")
# Counts that only the measures of drift need; they are left out where nobody asks for them.
_SCORES = ("confidences", "distance_scores")
Key = tuple[int, datetime, int]
# A row of `PredictionRollup`, whole or as columns alone.
RollupRow = PredictionRollup | Row[Any]


@dataclass
class Rollup:
    """Counts and sums over some predictions.

    `failures` counts by status and code (`422 not_an_image`), `latencies` the answered ones by
    the bucket of `latency.bucket_of`, `confidences` and `distance_scores` by those of
    `evaluation.score_buckets`. `dropped` are records that could not be written.
    """

    requests: int = 0
    answered: int = 0
    low_confidence: int = 0
    unlike_training_data: int = 0
    confidence_sum: float = 0.0
    distances: int = 0
    distance_sum: float = 0.0
    decode_ms_sum: float = 0.0
    queue_ms_sum: float = 0.0
    inference_ms_sum: float = 0.0
    dropped: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    latencies: Counter[int] = field(default_factory=Counter)
    confidences: Counter[int] = field(default_factory=Counter)
    distance_scores: Counter[int] = field(default_factory=Counter)

    def count(self, record: PredictionRecord) -> None:
        """Add one prediction."""
        self.requests += 1
        if record.failed:
            self.failures[f"{record.status} {record.code or ''}".rstrip()] += 1
            return
        self.answered += 1
        self.low_confidence += record.abstained_because == "low_confidence"
        self.unlike_training_data += record.abstained_because == "unlike_training_data"
        if record.confidence is not None:
            self.confidence_sum += record.confidence
            self.confidences[confidence_bucket(record.confidence)] += 1
        if record.distance_score is not None:
            self.distances += 1
            self.distance_sum += record.distance_score
            self.distance_scores[distance_bucket(record.distance_score)] += 1
        self.decode_ms_sum += record.decode_ms or 0.0
        self.queue_ms_sum += record.queue_ms or 0.0
        self.inference_ms_sum += record.inference_ms or 0.0
        if record.label is not None:
            self.classes[record.label] += 1
        self.latencies[bucket_of(record.total_ms)] += 1

    def merge(self, other: Self) -> None:
        """Add all that the other has counted."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _COUNTS + _SCORES:
            getattr(self, name).update(getattr(other, name))

    @property
    def total_ms_sum(self) -> float:
        """What all answers took together."""
        return self.decode_ms_sum + self.queue_ms_sum + self.inference_ms_sum

    @property
    def abstained(self) -> int:
        """Answers that should not be believed."""
        return self.low_confidence + self.unlike_training_data

    @property
    def failed(self) -> int:
        """Requests without an answer."""
        return self.requests - self.answered


def floor_time(at: datetime, resolution_s: int) -> datetime:
    """When the span begins that a time is in."""
    seconds = int(at.timestamp()) // resolution_s * resolution_s
    return datetime.fromtimestamp(seconds, UTC)


def roll_up(
    records: Iterable[PredictionRecord], dropped: int = 0, at: datetime | None = None
) -> dict[Key, Rollup]:
    """The counts of some records in all their spans; `dropped` more were lost until `at`.

    Each span is counted from those within it: every length is a multiple of the one before.
    """
    shortest: dict[tuple[int, int], Rollup] = {}
    for record in records:
        number = int(record.at.timestamp()) // RESOLUTIONS_S[0]
        key = (number, record.model_version or _NO_VERSION)
        if key not in shortest:
            shortest[key] = Rollup()
        shortest[key].count(record)
    if dropped and at is not None:
        key = (int(at.timestamp()) // RESOLUTIONS_S[0], _NO_VERSION)
        shortest.setdefault(key, Rollup()).dropped += dropped
    found: dict[Key, Rollup] = {}
    for (number, version), counts in shortest.items():
        begins = datetime.fromtimestamp(number * RESOLUTIONS_S[0], UTC)
        for size in RESOLUTIONS_S:
            found.setdefault((size, floor_time(begins, size), version), Rollup()).merge(counts)
    return found


def add_rollups(session: Session, more: Mapping[Key, Rollup]) -> None:
    """Add counts to those in the database."""
    hold(session, "predictions")
    for key in sorted(more):
        row = session.get(PredictionRollup, key)
        if row is None:
            total = more[key]
            row = PredictionRollup(resolution_s=key[0], starts_at=key[1], model_version=key[2])
            session.add(row)
        else:
            total = rollup_of(row)
            total.merge(more[key])
        for name in _SUMS:
            setattr(row, name, getattr(total, name))
        for name in _COUNTS + _SCORES:
            setattr(row, name, {str(k): count for k, count in getattr(total, name).items()})


def rollup_of(row: RollupRow) -> Rollup:
    """The counts of a row."""
    return Rollup(
        **{name: getattr(row, name) for name in _SUMS},
        failures=Counter(row.failures),
        classes=Counter(row.classes),
        latencies=_by_bucket(row.latencies),
        confidences=_by_bucket(getattr(row, "confidences", {})),
        distance_scores=_by_bucket(getattr(row, "distance_scores", {})),
    )


def _by_bucket(counts: Mapping[str, int]) -> Counter[int]:
    return Counter({int(bucket): count for bucket, count in counts.items()})


def read_rollups(
    session: Session, resolution_s: int, since: datetime, until: datetime
) -> Sequence[RollupRow]:
    """The rows of the spans that begin in `since` to `until`, oldest first, without scores."""
    # Columns, not objects that the session would keep track of: it takes half the time.
    columns = PredictionRollup.__table__.columns
    query = (
        select(*(column for column in columns if column.name not in _SCORES))
        .where(
            PredictionRollup.resolution_s == resolution_s,
            PredictionRollup.starts_at >= since,
            PredictionRollup.starts_at <= until,
        )
        .order_by(PredictionRollup.starts_at)
    )
    return session.execute(query).all()


def read_scores(
    session: Session, resolution_s: int, since: datetime, until: datetime, model_version: int
) -> Rollup:
    """What one version answered in the spans that begin in `since` to `until`; times are left 0."""
    table = PredictionRollup
    query = select(
        table.answered, table.unlike_training_data, table.confidence_sum, table.distances,
        table.classes, table.confidences, table.distance_scores,
    ).where(
        table.resolution_s == resolution_s, table.starts_at >= since, table.starts_at <= until,
        table.model_version == model_version,
    )  # fmt: skip
    total = Rollup()
    for row in session.execute(query):
        total.answered += row.answered
        total.unlike_training_data += row.unlike_training_data
        total.confidence_sum += row.confidence_sum
        total.distances += row.distances
        total.classes.update(row.classes)
        total.confidences.update(_by_bucket(row.confidences))
        total.distance_scores.update(_by_bucket(row.distance_scores))
    return total
