"""What is old is removed, a little at a time, so that the database is never locked for long."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from tellapart.settings import Settings
from tellapart.store.database import Database
from tellapart.store.tables import LoggedPrediction, PredictionRollup

_ROWS_AT_ONCE = 5_000
# Counts by ten seconds are for what happens now.
_SHORTEST_KEPT = timedelta(hours=2)


def remove_expired(database: Database, settings: Settings, at: datetime) -> int:
    """Remove what was kept for as long as the settings say; how many predictions that were."""
    for size, kept in (
        (10, _SHORTEST_KEPT),
        (60, timedelta(days=settings.minute_rollup_days)),
        *((size, timedelta(days=settings.hour_rollup_days)) for size in (600, 3600, 21600)),
    ):
        old = (PredictionRollup.resolution_s == size, PredictionRollup.starts_at < at - kept)
        with database.writing() as session:
            session.execute(delete(PredictionRollup).where(*old))
    before = at - timedelta(days=settings.prediction_log_days)
    removed = 0
    while True:
        oldest = (
            select(LoggedPrediction.id)
            .where(LoggedPrediction.at < before)
            .order_by(LoggedPrediction.at)
            .limit(_ROWS_AT_ONCE)
        )
        with database.writing() as session:
            ids = session.scalars(oldest).all()
            session.execute(delete(LoggedPrediction).where(LoggedPrediction.id.in_(ids)))
        removed += len(ids)
        if len(ids) < _ROWS_AT_ONCE:
            return removed
