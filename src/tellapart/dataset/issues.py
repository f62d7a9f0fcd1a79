"""What is wrong with images of the data set: written by imports and checks, settled by people.

An issue is open while its image is in the current version, is not excluded, and nobody has said
that it may stay so. Near-duplicates are of one class, and open while two of their group are.
A leak is a group of near-duplicates in several splits.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, false, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from tellapart.dataset.label_check import LabelCheck
from tellapart.store.database import chunks
from tellapart.store.locks import hold
from tellapart.store.pages import Page, cut_page, parse_cursor
from tellapart.store.tables import (
    DatasetEntry,
    ImageClass,
    ImageIssue,
    IssueKind,
    QualitySummary,
)

_IS_CURRENT = and_(DatasetEntry.removed_in.is_(None), DatasetEntry.excluded == false())


@dataclass(frozen=True, slots=True)
class FoundIssue:
    """An image that has an issue; see `ImageIssue`."""

    image_id: int
    score: float
    suggested_class_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True)
class ListedIssue:
    """An issue with the name of the class that it suggests."""

    row: ImageIssue
    suggested_label: str | None


def write_issues(
    session: Session, kind: IssueKind, found: Iterable[FoundIssue], among: Iterable[int]
) -> None:
    """Make `found` the issues of this kind `among` these images. What was kept stays kept."""
    hold(session, "dataset")
    kept: set[int] = set()
    for chunk in chunks(among):
        of_these = and_(ImageIssue.kind == kind, ImageIssue.image_id.in_(chunk))
        kept.update(session.scalars(select(ImageIssue.image_id).where(of_these, ImageIssue.kept)))
        session.execute(delete(ImageIssue).where(of_these))
    for issues in chunks(found):
        rows = [
            {
                "image_id": issue.image_id,
                "kind": kind,
                "score": min(max(issue.score, 0.0), 1.0),
                "class_id": issue.suggested_class_id,
                "group_id": issue.group_id,
                "kept": issue.image_id in kept,
            }
            for issue in issues
        ]
        session.execute(insert(ImageIssue), rows)


def settle(
    session: Session, image_ids: Sequence[int], kinds: Sequence[IssueKind], *, kept: bool
) -> int:
    """Say that these issues may stay as they are, or open them again; how many that changes."""
    hold(session, "dataset")
    changed: set[int] = set()
    for chunk in chunks(image_ids):
        of_these = and_(
            ImageIssue.kind.in_(kinds), ImageIssue.image_id.in_(chunk), ImageIssue.kept != kept
        )
        changed.update(session.scalars(select(ImageIssue.image_id).where(of_these)))
        session.execute(update(ImageIssue).where(of_these).values(kept=kept))
    return len(changed)


def forget(session: Session, image_ids: Iterable[int], kinds: Sequence[IssueKind]) -> None:
    """Remove issues that a change of the images has made void."""
    hold(session, "dataset")
    for chunk in chunks(image_ids):
        of_these = and_(ImageIssue.kind.in_(kinds), ImageIssue.image_id.in_(chunk))
        session.execute(delete(ImageIssue).where(of_these))


def separate_classes(session: Session, image_ids: Iterable[int]) -> None:
    """Part the near-duplicate groups of these images by class, after their classes changed.

    Images without a class stay with the largest part.
    """
    for group, members in _members_by_group(session, image_ids).items():
        parts: defaultdict[int, list[int]] = defaultdict(list)
        for image_id, class_id in members:
            if class_id is not None:
                parts[class_id].append(image_id)
        # The part that has the most stays as it is.
        for part in sorted(parts.values(), key=lambda part: (-len(part), min(part)))[1:]:
            of_part = and_(ImageIssue.kind == "near_duplicate", ImageIssue.image_id.in_(part))
            if len(part) == 1:
                session.execute(delete(ImageIssue).where(of_part))
                continue
            # No other group has this number: a group is called after one of its images.
            number = next(image_id for image_id in sorted(part) if image_id != group)
            session.execute(update(ImageIssue).where(of_part).values(group_id=number))


def refresh_leaks(session: Session, image_ids: Iterable[int] | None = None) -> None:
    """Find the leaks anew: all, or those in the groups of these images."""
    hold(session, "dataset")
    if image_ids is None:
        _write_leaks(session, ImageIssue.group_id.is_not(None))
        return
    for group_chunk in chunks(_groups_of(session, image_ids, "near_duplicate", "leak")):
        _write_leaks(session, ImageIssue.group_id.in_(group_chunk))


def refresh_counts(
    session: Session,
    *,
    checked_version: int | None = None,
    checked_at: datetime | None = None,
    label_check: LabelCheck | None = None,
) -> dict[str, int]:
    """Count the open issues by kind, for pages to show, and return the counts.

    The others are given after a check of everything, `label_check` alone after one of the labels.
    """
    hold(session, "dataset")
    last = quality_summary(session)
    labels = None if label_check is None else label_check.to_json()
    if checked_version is None and last is not None:
        checked_version, checked_at = last.checked_version, last.checked_at
        labels = labels or last.label_check
    query = select(ImageIssue.kind, func.count()).join(
        DatasetEntry, DatasetEntry.image_id == ImageIssue.image_id
    )
    grouped = query.where(is_open()).group_by(ImageIssue.kind)
    counts: dict[str, int] = dict(session.execute(grouped).all())
    session.add(
        QualitySummary(
            issues=counts,
            checked_version=checked_version,
            checked_at=checked_at,
            label_check=labels,
        )
    )
    session.flush()
    if last is not None:
        session.execute(delete(QualitySummary).where(QualitySummary.id <= last.id))
    return counts


def count_leaks(session: Session) -> int:
    """Test images with an open near-duplicate in another split."""
    query = (
        select(func.count())
        .select_from(ImageIssue)
        .join(DatasetEntry, DatasetEntry.image_id == ImageIssue.image_id)
        .where(ImageIssue.kind == "leak", DatasetEntry.split == "test", is_open())
    )
    return session.scalar(query) or 0


def quality_summary(session: Session) -> QualitySummary | None:
    """The last counts; None before the first import."""
    row: QualitySummary | None = session.scalar(
        select(QualitySummary).order_by(QualitySummary.id.desc()).limit(1)
    )
    return row


def is_open(*, kept: bool = False) -> ColumnElement[bool]:
    """The open issues (or the kept ones), in a query that joins `DatasetEntry`."""
    entry = aliased(DatasetEntry)
    other = aliased(ImageIssue)
    # Two of a group have to be there still.
    crowded = (
        select(other.group_id)
        .join(entry, entry.image_id == other.image_id)
        .where(
            other.kind == "near_duplicate", entry.removed_in.is_(None), entry.excluded == false()
        )
        .group_by(other.group_id)
        .having(func.count() > 1)
    )
    return and_(
        _IS_CURRENT,
        ImageIssue.kept == kept,
        or_(ImageIssue.kind != "near_duplicate", ImageIssue.group_id.in_(crowded)),
    )


def list_issues(
    session: Session, kind: IssueKind, *, kept: bool = False, limit: int = 60,
    cursor: str | None = None,
) -> tuple[Page[ImageIssue], int]:  # fmt: skip
    """Issues of a kind, worst first, those of a group together; and how many there are in all."""
    offset = parse_cursor(cursor) or 0
    query = (
        select(ImageIssue)
        .join(DatasetEntry, DatasetEntry.image_id == ImageIssue.image_id)
        .where(ImageIssue.kind == kind, is_open(kept=kept))
    )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    worst = func.min(ImageIssue.score).over(partition_by=ImageIssue.group_id)
    first = ImageIssue.score if kind not in ("near_duplicate", "leak") else worst
    query = query.order_by(first, ImageIssue.group_id, ImageIssue.image_id)
    rows = list(session.scalars(query.offset(offset).limit(limit + 1)))
    return cut_page(rows, limit, [str(offset + n + 1) for n in range(len(rows))]), total


def issues_of(session: Session, image_ids: Sequence[int]) -> dict[int, list[ListedIssue]]:
    """All issues of these images, by image id; images without any are missing."""
    found: defaultdict[int, list[ListedIssue]] = defaultdict(list)
    for chunk in chunks(image_ids):
        query = (
            select(ImageIssue, ImageClass.name)
            .outerjoin(ImageClass, ImageClass.id == ImageIssue.class_id)
            .where(ImageIssue.image_id.in_(chunk))
            .order_by(ImageIssue.score)
        )
        for row, label in session.execute(query):
            found[row.image_id].append(ListedIssue(row, label))
    return found


def _groups_of(session: Session, image_ids: Iterable[int], *kinds: IssueKind) -> set[int]:
    groups: set[int] = set()
    for chunk in chunks(image_ids):
        query = select(ImageIssue.group_id).where(
            ImageIssue.kind.in_(kinds), ImageIssue.image_id.in_(chunk)
        )
        groups.update(group for group in session.scalars(query) if group is not None)
    return groups


def _members_by_group(
    session: Session, image_ids: Iterable[int]
) -> dict[int, list[tuple[int, int | None]]]:
    """Image id and class of the current images in the groups of these, by group."""
    members: defaultdict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for groups in chunks(_groups_of(session, image_ids, "near_duplicate")):
        query = (
            select(ImageIssue.group_id, ImageIssue.image_id, DatasetEntry.class_id)
            .join(DatasetEntry, DatasetEntry.image_id == ImageIssue.image_id)
            .where(
                ImageIssue.kind == "near_duplicate",
                ImageIssue.group_id.in_(groups),
                DatasetEntry.removed_in.is_(None),
            )
        )
        for group, image_id, class_id in session.execute(query):
            if group is not None:
                members[group].append((image_id, class_id))
    return members


def _write_leaks(session: Session, groups: ColumnElement[bool]) -> None:
    query = (
        select(ImageIssue.image_id, ImageIssue.group_id, ImageIssue.score, DatasetEntry.split)
        .join(DatasetEntry, DatasetEntry.image_id == ImageIssue.image_id)
        .where(ImageIssue.kind == "near_duplicate", groups, _IS_CURRENT)
    )
    members = session.execute(query).all()
    splits: defaultdict[int | None, set[str]] = defaultdict(set)
    for _, group, _, split in members:
        if split is not None:
            splits[group].add(split)
    leaks = [
        FoundIssue(image_id, score, group_id=group)
        for image_id, group, score, split in members
        if split is not None and len(splits[group]) > 1
    ]
    of_groups = select(ImageIssue.image_id).where(ImageIssue.kind == "leak", groups)
    among = {*(member[0] for member in members), *session.scalars(of_groups)}
    write_issues(session, "leak", leaks, among)
