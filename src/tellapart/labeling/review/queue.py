"""What the review queue hands out: images on lease, so that two people get different ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Select, and_, delete, false, func, insert, select
from sqlalchemy.orm import Session

from tellapart.labeling.review.order import reason_of
from tellapart.labeling.review.pace import labels_per_hour
from tellapart.labeling.review.waiting import (
    SUGGESTED,
    WaitingCounts,
    can_suggest,
    count_waiting,
    entry_suggests,
    is_waiting,
)
from tellapart.store.database import Database, database_time
from tellapart.store.locks import hold
from tellapart.store.tables import (
    DatasetEntry,
    Image,
    ImageClass,
    LabelProposal,
    ReviewLease,
    ReviewPlace,
    ReviewReason,
    ReviewSkip,
)

ReviewOrder = Literal["teaching", "random"]

# Longer than a page of decisions takes; whoever walks away keeps the others from it no longer.
LEASE = timedelta(minutes=5)
_MOST_PLACES_AT_ONCE = 2000
# Who has neither a key nor a token: such requests cannot be told apart.
NOBODY = ""


@dataclass(frozen=True)
class ReviewItem:
    """An image to decide. Label and confidence are None where no model has said anything."""

    image_id: int
    suggested_label: str | None
    confidence: float | None
    reason: ReviewReason


@dataclass(frozen=True)
class ReviewQueue:
    """What is handed out, and what waits in all; `labels_per_hour` of whoever asks."""

    items: list[ReviewItem]
    counts: WaitingCounts
    labels_per_hour: float | None


@dataclass(frozen=True)
class ReviewFilter:
    """What is wanted: `label` is the suggested class."""

    order: ReviewOrder = "teaching"
    label: str | None = None
    limit: int = 20


def read_queue(
    database: Database, chosen: ReviewFilter, holder: str, model_version: int | None
) -> ReviewQueue:
    """The first images that nobody else has on lease, without taking them.

    `model_version` is the champion, for what it was not asked about yet.
    """
    with database.reading() as session:
        return _queue(session, _first_items(session, chosen, holder), holder, model_version)


def take_from_queue(
    database: Database, chosen: ReviewFilter, holder: str, model_version: int | None
) -> ReviewQueue:
    """The first images that nobody else has, on lease.

    The same holder gets its own again, and its lease begins anew.
    """
    with database.writing() as session:
        hold(session, "review")
        items = _first_items(session, chosen, holder)
        if items:
            _lease(session, [item.image_id for item in items], holder)
    with database.reading() as session:
        return _queue(session, items, holder, model_version)


def _queue(
    session: Session, items: list[ReviewItem], holder: str, model_version: int | None
) -> ReviewQueue:
    counts = count_waiting(session, model_version)
    return ReviewQueue(items, counts, labels_per_hour(session, holder))


def _lease(session: Session, image_ids: Sequence[int], holder: str) -> None:
    expires_at = database_time(session) + LEASE
    session.execute(delete(ReviewLease).where(ReviewLease.image_id.in_(image_ids)))
    rows = [{"image_id": i, "holder": holder, "expires_at": expires_at} for i in image_ids]
    session.execute(insert(ReviewLease), rows)


def release(session: Session, image_ids: Sequence[int]) -> None:
    """End the leases of these images."""
    hold(session, "review")
    session.execute(delete(ReviewLease).where(ReviewLease.image_id.in_(image_ids)))


def _first_items(session: Session, chosen: ReviewFilter, holder: str) -> list[ReviewItem]:
    suggest = can_suggest(session)
    if chosen.label is not None and not suggest:
        return []
    ids: list[int] = []
    for found in _sources(session, chosen, holder):
        ids += islice(found, chosen.limit - len(ids))
        if len(ids) == chosen.limit:
            break
    query = _details().where(DatasetEntry.image_id.in_(ids))
    items = {row.image_id: _item(row, suggest=suggest) for row in session.execute(query)}
    return [items[image_id] for image_id in ids]


def _sources(session: Session, chosen: ReviewFilter, holder: str) -> Iterator[Iterator[int]]:
    """Ids of what may be handed out, in lists of which the next begins where one ends."""
    at = database_time(session)
    waiting = [is_waiting()]
    if chosen.label is not None:
        waiting.append(entry_suggests(chosen.label))
    lease, image_id = ReviewLease, DatasetEntry.image_id
    theirs = select(lease.image_id).where(lease.expires_at > at)
    if holder != NOBODY:
        theirs = theirs.where(lease.holder != holder)
    skips = select(ReviewSkip.image_id)
    free = [*waiting, image_id.not_in(theirs)]
    fresh = [*free, image_id.not_in(skips)]
    by_hash = select(image_id).join(Image, Image.id == image_id).order_by(Image.content_hash)
    if chosen.order == "teaching":
        yield _placed(session, fresh, chosen.limit)
        places = select(ReviewPlace.image_id)
        fresh.append(image_id.not_in(places))
    yield iter(session.scalars(by_hash.where(*fresh).limit(chosen.limit)))
    skipped = select(image_id).join(ReviewSkip, ReviewSkip.image_id == image_id).where(*free)
    in_turn = (ReviewSkip.batch_id, image_id)
    yield iter(session.scalars(skipped.order_by(*in_turn).limit(chosen.limit)))
    # Nobody in particular has these, so they are not kept from those who find nothing else.
    lent = select(image_id).join(lease, lease.image_id == image_id)
    lent = lent.where(*waiting, lease.expires_at > at, lease.holder == NOBODY)
    yield iter(session.scalars(lent.order_by(lease.expires_at, image_id).limit(chosen.limit)))


def _placed(session: Session, where: Sequence[ColumnElement[bool]], limit: int) -> Iterator[int]:
    """Those that have a place, in its order; no more of them are read than are wanted."""
    place = ReviewPlace
    places = select(place.image_id, place.position).order_by(place.position)
    at_once = 2 * limit
    found = session.execute(places.limit(at_once)).all()
    while found:
        ids = [row.image_id for row in found]
        # Nothing in it is for an index: SQLite would take that of all that wait.
        is_open = func.coalesce(and_(*where), false())
        query = select(DatasetEntry.image_id).where(is_open, DatasetEntry.image_id.in_(ids))
        open_ids = set(session.scalars(query))
        yield from (image_id for image_id in ids if image_id in open_ids)
        # Where many are decided already, few questions are faster than short ones.
        at_once = min(2 * at_once, _MOST_PLACES_AT_ONCE)
        after = places.where(place.position > found[-1].position)
        found = session.execute(after.limit(at_once)).all()


def _details() -> Select[*tuple[Any, ...]]:
    entry, proposal = DatasetEntry, LabelProposal
    return (
        select(
            entry.image_id,
            SUGGESTED.label("label"),
            proposal.confidence,
            proposal.abstained_because,
            ReviewPlace.reason,
        )
        .outerjoin(ImageClass, ImageClass.id == entry.class_id)
        .outerjoin(proposal, proposal.image_id == entry.image_id)
        .outerjoin(ReviewPlace, ReviewPlace.image_id == entry.image_id)
        .where(entry.removed_in.is_(None))
    )


def _item(row: Any, *, suggest: bool) -> ReviewItem:
    reason = row.reason or reason_of(row.abstained_because)
    if not suggest:
        return ReviewItem(row.image_id, None, None, cast("ReviewReason", reason))
    return ReviewItem(row.image_id, row.label, row.confidence, cast("ReviewReason", reason))
