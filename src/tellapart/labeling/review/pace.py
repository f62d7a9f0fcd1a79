"""How fast somebody decides, by when decisions came."""

from datetime import timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from tellapart.store.tables import ReviewBatch

# A longer pause is not work.
_PAUSE = timedelta(minutes=3)
# Fewer decisions say little.
_FEWEST = 5
_LATEST_BATCHES = 200


def labels_per_hour(session: Session, holder: str) -> float | None:
    """Decisions an hour of one holder, over the last ones; None until there are a few.

    Between two requests the decisions of the second were made; pauses, and what was decided in
    them, are left out. Skips are no decisions, and what was undone does not count.
    """
    query = (
        select(ReviewBatch.at, ReviewBatch.decided)
        .where(ReviewBatch.holder == holder, ReviewBatch.undone.is_(False))
        .order_by(ReviewBatch.id.desc())
        .limit(_LATEST_BATCHES)
    )
    rows = session.execute(query).all()
    decided, time = 0, timedelta()
    for (at, count), (before, _) in pairwise(rows):
        if timedelta() < at - before <= _PAUSE:
            decided += count
            time += at - before
    if decided < _FEWEST:
        return None
    return decided / (time / timedelta(hours=1))
