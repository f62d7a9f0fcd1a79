"""The images that wait for a person: how many, and their places in the queue."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from tellapart.dataset.class_names import natural_key
from tellapart.dataset.versions import latest_version
from tellapart.labeling.review.order import reason_of
from tellapart.store.database import chunks
from tellapart.store.locks import hold
from tellapart.store.tables import (
    DatasetEntry,
    DatasetVersion,
    Image,
    ImageClass,
    LabelProposal,
    ReviewPlace,
    ReviewReason,
)

# Before two classes have labels there is nothing to tell apart.
_FEWEST_CLASSES = 2
# What a row is taken for: the class of a pseudo-label, or what a model has said.
SUGGESTED = func.coalesce(ImageClass.name, LabelProposal.label)


@dataclass(frozen=True)
class WaitingCounts:
    """How many images wait; by suggested class; and how many a version was not asked about."""

    waiting: int
    by_label: dict[str, int]
    unasked: int


@dataclass(frozen=True)
class WaitingImage:
    """An image that waits, and what a model has said of it."""

    image_id: int
    content_hash: str
    confidence: float | None
    abstained_because: str | None


def is_waiting() -> ColumnElement[bool]:
    """Entries without a class, or with one that only a model has said; not the excluded ones."""
    return and_(
        DatasetEntry.removed_in.is_(None),
        DatasetEntry.excluded.is_(False),
        or_(DatasetEntry.class_id.is_(None), DatasetEntry.origin == "pseudo"),
    )


def can_suggest(session: Session) -> bool:
    """Whether two classes have a label, so that there is something to suggest."""
    version = latest_version(session)
    return version is not None and _has_classes(version)


def _has_classes(version: DatasetVersion) -> bool:
    splits = version.summary["class_splits"]
    return sum(any(each.values()) for each in splits.values()) >= _FEWEST_CLASSES


def entry_suggests(label: str) -> ColumnElement[bool]:
    """Entries for which this class is suggested."""
    classes = select(ImageClass.id).where(ImageClass.name == label)
    # Asked for each row: there are as many proposals as images that wait.
    proposal = exists().where(
        LabelProposal.image_id == DatasetEntry.image_id, LabelProposal.label == label
    )
    no_class = DatasetEntry.class_id.is_(None)
    return or_(DatasetEntry.class_id.in_(classes), and_(no_class, proposal))


def count_waiting(session: Session, model_version: int | None) -> WaitingCounts:
    """Count what waits, and what of it `model_version` was not asked about."""
    version = latest_version(session)
    summary = {} if version is None else version.summary
    by_label = Counter[str](summary.get("pseudo_labels", {}))
    unlabeled = unasked = summary.get("unlabeled", 0)
    waiting = unlabeled + by_label.total()
    query = (
        select(LabelProposal.label, LabelProposal.model_version, func.count())
        .join(DatasetEntry, DatasetEntry.image_id == LabelProposal.image_id)
        .where(
            DatasetEntry.removed_in.is_(None),
            DatasetEntry.class_id.is_(None),
            DatasetEntry.excluded.is_(False),
        )
        .group_by(LabelProposal.label, LabelProposal.model_version)
    )
    for label, asked, count in session.execute(query) if unlabeled else ():
        by_label[label] += count
        unasked -= count if asked == model_version else 0
    if version is None or not _has_classes(version):
        by_label.clear()
    ordered = sorted(by_label.items(), key=lambda item: natural_key(item[0]))
    return WaitingCounts(waiting, dict(ordered), unasked)


def waiting_images(session: Session) -> list[WaitingImage]:
    """All images that wait, in random order: that of their hashes."""
    query = (
        select(
            Image.id, Image.content_hash, LabelProposal.confidence, LabelProposal.abstained_because
        )
        .join(DatasetEntry, DatasetEntry.image_id == Image.id)
        .outerjoin(LabelProposal, LabelProposal.image_id == Image.id)
        .where(is_waiting())
        .order_by(Image.content_hash)
    )
    return [WaitingImage(*row) for row in session.execute(query)]


def write_places(session: Session, ranked: Sequence[tuple[int, ReviewReason]]) -> None:
    """Make this the order of the queue, by image id, first things first."""
    hold(session, "dataset")
    session.execute(delete(ReviewPlace))
    rows = (
        {"image_id": image_id, "position": position, "reason": reason}
        for position, (image_id, reason) in enumerate(ranked)
    )
    for chunk in chunks(rows):
        session.execute(insert(ReviewPlace), chunk)


def place_first(session: Session, image_ids: Sequence[int]) -> None:
    """Put these images before all others, in this order."""
    hold(session, "dataset")
    proposals: dict[int, str | None] = {}
    reasons: dict[int, ReviewReason] = {}
    for chunk in chunks(image_ids):
        place, proposal = ReviewPlace.image_id, LabelProposal.image_id
        said = select(proposal, LabelProposal.abstained_because).where(proposal.in_(chunk))
        proposals.update((row[0], row[1]) for row in session.execute(said))
        placed = select(place, ReviewPlace.reason).where(place.in_(chunk))
        reasons.update((row[0], cast("ReviewReason", row[1])) for row in session.execute(placed))
        session.execute(delete(ReviewPlace).where(place.in_(chunk)))
    first = session.scalar(select(func.min(ReviewPlace.position))) or 0
    rows = [
        {
            "image_id": image_id,
            "position": first - len(image_ids) + number,
            "reason": reasons.get(image_id) or reason_of(proposals.get(image_id)),
        }
        for number, image_id in enumerate(image_ids)
    ]
    if rows:
        session.execute(insert(ReviewPlace), rows)
