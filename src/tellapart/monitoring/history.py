"""Logged predictions, read a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from tellapart.store.pages import Page, cut_page, parse_cursor
from tellapart.store.tables import LoggedPrediction, PredictionFeedback

Outcome = Literal["answered", "abstained", "failed"]


@dataclass(frozen=True)
class PredictionFilter:
    """Which predictions: those for which everything that is given here holds."""

    label: str | None = None
    model_version: int | None = None
    outcome: Outcome | None = None
    status: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class PredictionWithFeedback:
    """A logged prediction, and what was said of it."""

    row: LoggedPrediction
    feedback: PredictionFeedback | None


def list_predictions(
    session: Session, wanted: PredictionFilter, *, limit: int, cursor: str | None = None
) -> Page[PredictionWithFeedback]:
    """Predictions, newest first.

    Raises:
        InvalidRequest: the cursor is not one that we gave out.
    """
    columns = LoggedPrediction
    query = select(columns).order_by(columns.at.desc(), columns.id.desc()).limit(limit + 1)
    for name in ("label", "model_version", "outcome", "status"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(getattr(columns, name) == value)
    if wanted.since is not None:
        query = query.where(columns.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(columns.at < wanted.until)
    last = parse_cursor(cursor)
    if last is not None:
        at = session.scalar(select(columns.at).where(columns.id == last))
        if at is None:  # it has expired meanwhile, and all that is older too
            return Page([], None)
        older = or_(columns.at < at, and_(columns.at == at, columns.id < last))
        query = query.where(columns.at <= at, older)
    rows = list(session.scalars(query))
    page = cut_page(rows, limit, [str(row.id) for row in rows])
    return Page(_with_feedback(session, page.items), page.next_cursor)


def newest_predictions(session: Session, after: int, limit: int) -> list[LoggedPrediction]:
    """Up to `limit` predictions that were logged after the row `after`, oldest first."""
    query = (
        select(LoggedPrediction)
        .where(LoggedPrediction.id > after)
        .order_by(LoggedPrediction.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))[::-1]


def last_row(session: Session) -> int:
    """The row that was logged last; 0 when there is none."""
    newest = select(LoggedPrediction.id).order_by(LoggedPrediction.id.desc()).limit(1)
    return session.scalar(newest) or 0


def _with_feedback(
    session: Session, rows: Sequence[LoggedPrediction]
) -> list[PredictionWithFeedback]:
    ids = [row.prediction_id for row in rows if row.prediction_id is not None]
    query = select(PredictionFeedback).where(PredictionFeedback.prediction_id.in_(ids))
    said = {feedback.prediction_id: feedback for feedback in session.scalars(query)}
    return [PredictionWithFeedback(row, said.get(row.prediction_id or "")) for row in rows]
