"""Issues of images that the data set has: what their own measures say, and near-duplicates."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tellapart.dataset.issues import FoundIssue, write_issues
from tellapart.images.quality import BLANK_FINGERPRINT, image_thresholds
from tellapart.quality.duplicate_groups import (
    UNLABELED,
    FingerprintFinder,
    adopt_unlabeled,
    find_duplicates,
)
from tellapart.quality.duplicates import group
from tellapart.quality.scores import IMAGE_KINDS, image_scores
from tellapart.settings import Settings
from tellapart.store.database import chunks
from tellapart.store.locks import hold
from tellapart.store.tables import DatasetEntry, Image, ImageClass, ImageIssue, IssueKind

# A kind that more of the images have than this is what the data set is like, and no issue.
_USUAL_SHARE = 0.25
# So many show what is usual; fewer than the second do not.
_LOOKED_AT, _FEWEST = 2_000, 40
# Of a normal distribution, three deviations under the median in units from there to the quartile.
_FAR = 4.45

Pairs = NDArray[np.int64]
Similarities = NDArray[np.float32]


def write_image_issues(session: Session, image_ids: Iterable[int], settings: Settings) -> None:
    """Flag blurry, dark, bright, empty and oddly shaped images among these."""
    thresholds = usual_thresholds(session, settings)
    for chunk in chunks(image_ids):
        found: dict[IssueKind, list[FoundIssue]] = {kind: [] for kind in IMAGE_KINDS}
        for image in session.scalars(select(Image).where(Image.id.in_(chunk))):
            for kind, score in image_scores(image).items():
                if score is not None and score < thresholds[kind]:
                    found[kind].append(FoundIssue(image.id, score))
        session.expunge_all()
        for kind, issues in found.items():
            write_issues(session, kind, issues, chunk)


def usual_thresholds(session: Session, settings: Settings) -> dict[IssueKind, float]:
    """By kind, the score under which an image has it.

    That of the settings; where a large part of the images would have it, since all are thumbnails
    or drawings, one that only those pass that are far worse than most.
    """
    thresholds = image_thresholds(settings)
    step = max(1, (session.scalar(select(func.count(Image.id))) or 0) // _LOOKED_AT)
    images = session.scalars(select(Image).where(Image.id % step == 0)).all()
    seen = [image_scores(image) for image in images]
    session.expunge_all()
    found: dict[IssueKind, float] = {}
    for kind in IMAGE_KINDS:
        scores = np.array([each[kind] for each in seen if each[kind] is not None], dtype=np.float64)
        found[kind] = thresholds[kind]
        if len(scores) >= _FEWEST and (scores < thresholds[kind]).mean() > _USUAL_SHARE:
            quartile, median = np.quantile(scores, [0.25, 0.5])
            found[kind] = min(thresholds[kind], float(median - _FAR * (median - quartile)))
    return found


def find_near_duplicates(
    session: Session, new: Mapping[int, str | None], settings: Settings
) -> tuple[Pairs, Similarities]:
    """Pairs of image ids int64 [P, 2], one of them new, and how alike they are, 0 to 1.

    The others are those of the current version. Both are of one class; no group that they form
    with the known ones is a large part of it.

    Args:
        session: reads.
        new: the class of each new image, by image id.
        settings: the threshold.
    """
    rows = _fingerprints(session, new)
    if not rows:
        return np.empty((0, 2), np.int64), np.empty(0, np.float32)
    image_ids = np.array([row[0] for row in rows], dtype=np.int64)
    fingerprints = np.frombuffer(b"".join(row[1] for row in rows), np.uint8)
    fingerprints = fingerprints.reshape(len(rows), -1)
    numbers: dict[str | None, int] = {None: UNLABELED}
    classes = np.array([numbers.setdefault(row[2], len(numbers)) for row in rows], dtype=np.int64)
    threshold = settings.near_duplicate_threshold
    known = dict(
        session.execute(
            select(ImageIssue.image_id, ImageIssue.group_id).where(
                ImageIssue.kind == "near_duplicate", ImageIssue.group_id.is_not(None)
            )
        ).all()
    )
    pairs, similarities = find_duplicates(
        adopt_unlabeled(classes, fingerprints, threshold=threshold),
        FingerprintFinder(fingerprints, threshold),
        first_new=sum(row[0] not in new for row in rows),
        known_groups=np.array([known.get(row[0], -1) for row in rows], dtype=np.int64),
    )
    return image_ids[pairs], similarities


def read_fingerprints(
    session: Session, content_hashes: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Image ids int64 [N] and fingerprints uint8 [N, F], in the order of the hashes."""
    rows: dict[str, tuple[int, bytes]] = {}
    for chunk in chunks(content_hashes):
        query = select(Image.content_hash, Image.id, Image.fingerprint)
        for name, image_id, found in session.execute(query.where(Image.content_hash.in_(chunk))):
            rows[name] = image_id, found or BLANK_FINGERPRINT
    image_ids = np.array([rows[name][0] for name in content_hashes], dtype=np.int64)
    fingerprints = np.frombuffer(b"".join(rows[name][1] for name in content_hashes), np.uint8)
    return image_ids, fingerprints.reshape(len(content_hashes), -1)


def _fingerprints(
    session: Session, new: Mapping[int, str | None]
) -> list[tuple[int, bytes, str | None]]:
    """Id, fingerprint and class of the images of the current version, then of the new ones."""
    measured = Image.fingerprint.is_not(None)
    current = (
        select(Image.id, Image.fingerprint, ImageClass.name)
        .join(DatasetEntry, DatasetEntry.image_id == Image.id)
        .outerjoin(ImageClass, ImageClass.id == DatasetEntry.class_id)
        .where(DatasetEntry.removed_in.is_(None), DatasetEntry.excluded.is_(False), measured)
    )
    rows: list[tuple[int, bytes, str | None]] = [
        (image_id, fingerprint or b"", label)
        for image_id, fingerprint, label in session.execute(current)
        if image_id not in new
    ]
    for chunk in chunks(sorted(new)):
        query = select(Image.id, Image.fingerprint).where(Image.id.in_(chunk), measured)
        found = session.execute(query.order_by(Image.id))
        rows += [(image_id, print_ or b"", new[image_id]) for image_id, print_ in found]
    return rows


def write_near_duplicates(
    session: Session,
    pairs: Pairs,
    similarities: Similarities,
    *,
    compared: AbstractSet[int] = frozenset(),
) -> None:
    """Write groups of near-duplicates.

    Args:
        session: writes.
        pairs: image ids int64 [P, 2].
        similarities: of each pair, float32 [P].
        compared: images of which these are all pairs. What is known of the other ones of the
            current version stays, and is joined by these.
    """
    hold(session, "dataset")
    rows = session.scalars(select(ImageIssue).where(ImageIssue.kind == "near_duplicate")).all()
    staying = _groups_that_stay(session, rows, compared)
    known = [
        (row.image_id, row.group_id or row.image_id) for row in rows if row.group_id in staying
    ]
    scores = {row.image_id: row.score for row in rows if row.group_id in staying}
    before = [row.image_id for row in rows]
    for (first, second), alike in zip(pairs.tolist(), similarities.tolist(), strict=True):
        for image_id in (first, second):
            scores[image_id] = min(scores.get(image_id, 1.0), 1.0 - alike)
    ids = np.unique(np.array([*scores, *(group_id for _, group_id in known)], dtype=np.int64))
    edges = np.array([*pairs.tolist(), *known], dtype=np.int64).reshape(-1, 2)
    groups = ids[group(len(ids), np.searchsorted(ids, edges))]
    group_of = dict(zip(ids.tolist(), groups.tolist(), strict=True))
    found = [
        FoundIssue(image_id, score, group_id=group_of[image_id])
        for image_id, score in scores.items()
    ]
    write_issues(session, "near_duplicate", found, {*before, *scores})


def _groups_that_stay(
    session: Session, issues: Sequence[ImageIssue], compared: AbstractSet[int]
) -> set[int | None]:
    """The groups with an image of the current version that was not compared."""
    query = select(DatasetEntry.image_id).where(
        DatasetEntry.removed_in.is_(None), DatasetEntry.excluded.is_(False)
    )
    if not compared:
        return {issue.group_id for issue in issues}
    later = {image_id for image_id in session.scalars(query) if image_id not in compared}
    return {issue.group_id for issue in issues if issue.image_id in later}
