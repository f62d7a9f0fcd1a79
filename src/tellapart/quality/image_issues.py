"""Issues of images that the data set has: what their own measures say, and near-duplicates."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from tellapart.dataset.issues import FoundIssue, write_issues
from tellapart.images.quality import image_thresholds
from tellapart.quality.duplicates import group, near_duplicate_pairs
from tellapart.quality.scores import IMAGE_KINDS, image_scores
from tellapart.settings import Settings
from tellapart.store.database import chunks
from tellapart.store.locks import hold
from tellapart.store.tables import DatasetEntry, Image, ImageIssue, IssueKind

Pairs = NDArray[np.int64]
Similarities = NDArray[np.float32]


def write_image_issues(session: Session, image_ids: Iterable[int], settings: Settings) -> None:
    """Flag blurry, dark, bright, empty and oddly shaped images among these."""
    thresholds = image_thresholds(settings)
    for chunk in chunks(image_ids):
        found: dict[IssueKind, list[FoundIssue]] = {kind: [] for kind in IMAGE_KINDS}
        for image in session.scalars(select(Image).where(Image.id.in_(chunk))):
            for kind, score in image_scores(image).items():
                if score is not None and score < thresholds[kind]:
                    found[kind].append(FoundIssue(image.id, score))
        session.expunge_all()
        for kind, issues in found.items():
            write_issues(session, kind, issues, chunk)


def find_near_duplicates(
    session: Session, new_ids: Iterable[int], settings: Settings
) -> tuple[Pairs, Similarities]:
    """Pairs of image ids int64 [P, 2], one of them new, and how alike they are, 0 to 1.

    The others are those of the current version.
    """
    current = select(DatasetEntry.image_id).where(
        DatasetEntry.removed_in.is_(None), DatasetEntry.excluded.is_(False)
    )
    columns = select(Image.id, Image.fingerprint).where(Image.fingerprint.is_not(None))
    new = set(new_ids)
    rows = [
        row for row in session.execute(columns.where(Image.id.in_(current))) if row[0] not in new
    ]
    first_new = len(rows)
    for chunk in chunks(sorted(new)):
        rows += session.execute(columns.where(Image.id.in_(chunk)).order_by(Image.id))
    if not rows:
        return np.empty((0, 2), np.int64), np.empty(0, np.float32)
    image_ids = np.array([row[0] for row in rows], dtype=np.int64)
    fingerprints = np.frombuffer(b"".join(row[1] or b"" for row in rows), dtype=np.uint8)
    pairs, similarities = near_duplicate_pairs(
        fingerprints.reshape(len(rows), -1),
        threshold=settings.near_duplicate_threshold,
        first_new=first_new,
    )
    return image_ids[pairs], similarities


def write_near_duplicates(
    session: Session, pairs: Pairs, similarities: Similarities, *, join_known: bool
) -> None:
    """Write groups of near-duplicates.

    Args:
        session: writes.
        pairs: image ids int64 [P, 2].
        similarities: of each pair, float32 [P].
        join_known: whether the groups that are known stay, and are joined by these; not when the
            pairs are all that there are.
    """
    hold(session, "dataset")
    scores: dict[int, float] = {}
    known: list[tuple[int, int]] = []
    if join_known:
        rows = session.scalars(select(ImageIssue).where(ImageIssue.kind == "near_duplicate"))
        for row in rows:
            scores[row.image_id] = row.score
            known.append((row.image_id, row.group_id or row.image_id))
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
    everywhere = select(ImageIssue.image_id).where(ImageIssue.kind == "near_duplicate")
    write_issues(session, "near_duplicate", found, {*session.scalars(everywhere), *scores})
