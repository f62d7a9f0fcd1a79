"""The rows that a check of the whole data set reads and writes."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tellapart.dataset.issues import (
    FoundIssue,
    refresh_counts,
    refresh_leaks,
    separate_classes,
    write_issues,
)
from tellapart.dataset.label_check import LabelCheck
from tellapart.dataset.regrouping import Regrouped, regroup_splits
from tellapart.dataset.versions import current_version
from tellapart.images.quality import BLANK_FINGERPRINT, FINGERPRINT_BYTES
from tellapart.settings import Settings
from tellapart.store.database import chunks
from tellapart.store.locks import hold
from tellapart.store.tables import DatasetEntry, Image, ImageCheck, ImageIssue, IssueKind, now

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class CurrentImages:
    """Images of a version that are not excluded, in columns, by image id.

    `class_ids` int64 [N], -1 without a class, where `splits` are empty; `guessed` bool [N], set
    where a model said the class (pseudo-labels); `image_ids` int64 [N];
    `sides_px` int64 [N, 2], width and height; `fingerprints` uint8 [N, 64], see `images.quality`.
    """

    version: int
    image_ids: NDArray[np.int64]
    content_hashes: list[str]
    class_ids: NDArray[np.int64]
    guessed: NDArray[np.bool_]
    splits: list[str]
    sides_px: NDArray[np.int64]
    fingerprints: NDArray[np.uint8]


@dataclass(frozen=True)
class Finding:
    """What was found of one kind: scores float32 [N], flags bool [N], suggested classes int64 [N].

    An image without a score has NaN; one without a suggestion, -1.
    """

    scores: Scores
    flags: NDArray[np.bool_]
    suggested: NDArray[np.int64] | None = None


def current_images(session: Session) -> CurrentImages:
    """The images of the current version.

    Raises:
        DatasetError: nothing has been imported.
    """
    version = current_version(session).id
    query = (
        select(
            Image.id,
            Image.content_hash,
            DatasetEntry.class_id,
            Image.width_px,
            Image.height_px,
            Image.fingerprint,
            DatasetEntry.split,
            DatasetEntry.origin,
        )
        .join(DatasetEntry, DatasetEntry.image_id == Image.id)
        .where(DatasetEntry.removed_in.is_(None), DatasetEntry.excluded.is_(False))
        .order_by(Image.id)
    )
    rows = session.execute(query).all()
    fingerprints = b"".join(row[5] or BLANK_FINGERPRINT for row in rows)
    return CurrentImages(
        version=version,
        image_ids=np.array([row[0] for row in rows], dtype=np.int64),
        content_hashes=[row[1] for row in rows],
        class_ids=np.array([-1 if row[2] is None else row[2] for row in rows], dtype=np.int64),
        guessed=np.array([row[7] == "pseudo" for row in rows], dtype=np.bool_),
        splits=[row[6] or "" for row in rows],
        sides_px=np.array([row[3:5] for row in rows], dtype=np.int64).reshape(-1, 2),
        fingerprints=np.frombuffer(fingerprints, np.uint8).reshape(len(rows), FINGERPRINT_BYTES),
    )


def regroup(
    session: Session, settings: Settings, images: CurrentImages, job_id: str
) -> tuple[CurrentImages, Regrouped | None]:
    """Before the first training, near-duplicates come into one split, as a new version.

    It has the images that were checked, unless others came meanwhile.
    """
    before = current_version(session).id
    found = regroup_splits(session, settings, job_id)
    if found is not None and images.version == before:
        images = replace(images, version=found.version)
    return images, found


def write_check(
    session: Session,
    images: CurrentImages,
    findings: dict[IssueKind, Finding],
    near_duplicate_scores: Scores,
    places: Scores,
    label_check: LabelCheck | None,
) -> dict[str, int]:
    """Write scores, issues and the map (`places`, float32 [N, 2]) of a check of everything.

    The groups of near-duplicates have been written before.

    Returns:
        The open issues, by kind.
    """
    hold(session, "dataset")
    columns = {
        "near_duplicate_score": near_duplicate_scores,
        **{f"{kind}_score": finding.scores for kind, finding in findings.items()},
        "map_x": places[:, 0],
        "map_y": places[:, 1],
    }
    ids = images.image_ids.tolist()
    session.execute(delete(ImageCheck))
    numbers = {name: _nullable(values) for name, values in columns.items()}
    rows = (
        {"image_id": image_id, **dict(zip(numbers, values, strict=True))}
        for image_id, *values in zip(ids, *numbers.values(), strict=True)
    )
    for chunk in chunks(rows):
        session.execute(insert(ImageCheck), chunk)
    changed = _changed_classes(session, images)
    for kind, finding in findings.items():
        # What was found of a label says nothing of the one that came after it.
        found = [
            issue
            for issue in _issues(images, finding)
            if kind != "label" or issue.image_id not in changed
        ]
        write_issues(session, kind, found, ids)
    separate_classes(session, changed)
    refresh_leaks(session)
    return refresh_counts(
        session, checked_version=images.version, checked_at=now(), label_check=label_check
    )


def write_label_check(
    session: Session, images: CurrentImages, finding: Finding, label_check: LabelCheck | None
) -> dict[str, int]:
    """Write what was found of labels alone, of those of the images that were checked before.

    Returns:
        The open issues, by kind.
    """
    hold(session, "dataset")
    checked = set(session.scalars(select(ImageCheck.image_id))) - _changed_classes(session, images)
    scores = zip(images.image_ids.tolist(), _nullable(finding.scores), strict=True)
    rows = [{"image_id": i, "label_score": score} for i, score in scores if i in checked]
    for chunk in chunks(rows):
        session.execute(update(ImageCheck), chunk)
    found = [issue for issue in _issues(images, finding) if issue.image_id in checked]
    write_issues(session, "label", found, [row["image_id"] for row in rows])
    return refresh_counts(session, label_check=label_check)


def checked_groups(session: Session, images: CurrentImages) -> NDArray[np.int64]:
    """The group of near-duplicates of each image by the last check, int64 [N]."""
    query = select(ImageIssue.image_id, ImageIssue.group_id).where(
        ImageIssue.kind == "near_duplicate", ImageIssue.group_id.is_not(None)
    )
    of_image = {row[0]: row[1] for row in session.execute(query)}
    # A group is called after one of its images.
    return np.array([of_image.get(i, i) for i in images.image_ids.tolist()], dtype=np.int64)


def _changed_classes(session: Session, images: CurrentImages) -> set[int]:
    """The images that have another class than when the check began, or are gone."""
    query = select(DatasetEntry.image_id, DatasetEntry.class_id).where(
        DatasetEntry.removed_in.is_(None)
    )
    now_of = {row[0]: -1 if row[1] is None else row[1] for row in session.execute(query)}
    pairs = zip(images.image_ids.tolist(), images.class_ids.tolist(), strict=True)
    return {image_id for image_id, class_id in pairs if now_of.get(image_id) != class_id}


def _nullable(values: Scores) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def _issues(images: CurrentImages, finding: Finding) -> list[FoundIssue]:
    found = []
    for number in np.flatnonzero(finding.flags):
        suggested = -1 if finding.suggested is None else int(finding.suggested[number])
        issue = FoundIssue(
            image_id=int(images.image_ids[number]),
            score=float(finding.scores[number]),
            suggested_class_id=None if suggested < 0 else suggested,
        )
        found.append(issue)
    return found
