"""Bring near-duplicates and named groups into one split each, before the first training.

An import places images by what their fingerprints and names show; what only embeddings show is
known later. Until something was trained no score depends on the splits, so images may still move:
a test that never was one is no measure that changes. Splits that people or their sources chose
stay as they are.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tellapart.dataset.issues import refresh_leaks
from tellapart.dataset.split_shares import NewExample
from tellapart.dataset.splits import assign_splits
from tellapart.dataset.versions import current_states, latest_version, write_version
from tellapart.settings import Settings
from tellapart.store.locks import hold
from tellapart.store.tables import (
    DatasetEntry,
    Image,
    ImageClass,
    ImageIssue,
    Job,
    ModelVersion,
    Split,
)


@dataclass(frozen=True)
class Regrouped:
    """Images that were moved, the groups that are whole now, and the version that says so."""

    images: int
    groups: int
    version: int

    def __str__(self) -> str:
        moved = "1 picture was" if self.images == 1 else f"{self.images:,} pictures were"
        one = self.groups == 1
        groups = "1 group" if one else f"{self.groups:,} groups"
        return (
            f"{moved} moved to another split (dataset version {self.version}), so that {groups} "
            f"of near-duplicates or of one name {'is in one split' if one else 'are in one each'}. "
            "Nothing was trained before, and nobody had chosen the splits."
        )


@dataclass(frozen=True, slots=True)
class _Placed:
    image_id: int
    split: Split
    example: NewExample

    @property
    def groups(self) -> Iterator[Hashable]:
        """What it should share a split with."""
        if self.example.group is not None:
            yield self.example.group, self.example.label
        if self.example.group_name is not None:
            yield self.example.group_name


def may_regroup(session: Session, job_id: str) -> bool:
    """Whether nobody chose a split, nothing was trained, and nothing but this job is training."""
    version = latest_version(session)
    # Versions of older releases do not say who chose.
    if version is None or version.summary.get("given_splits", True):
        return False
    training = select(func.count()).where(
        Job.kind == "train", Job.status == "running", Job.id != job_id
    )
    trained = select(func.count()).select_from(ModelVersion)
    return not (session.scalar(trained) or session.scalar(training))


def regroup_splits(session: Session, settings: Settings, job_id: str) -> Regrouped | None:
    """Place anew the groups that splits part, and those that are tied to them.

    The other images stay. Named groups stay whole; of near-duplicates that nothing can keep
    together without leaving a class untested, some stay parted.

    Args:
        session: writes; the issues tell the near-duplicates.
        settings: the shares of the splits.
        job_id: the job that this is a part of.

    Returns:
        None when nothing moved.
    """
    hold(session, "dataset")
    if not may_regroup(session, job_id):
        return None
    placed = _placed_images(session)
    torn = _torn(placed)
    if not torn:
        return None
    moving = _tied(placed, torn)
    new = _assigned(placed, moving, settings)
    after = [replace(one, split=new.get(one.image_id, one.split)) for one in placed]
    mended = len(torn) - len(_torn(after))
    if mended <= 0:
        return None
    states = current_states(session, new)
    moved = {
        image_id: replace(states[image_id], split=split)
        for image_id, split in new.items()
        if states[image_id].split != split
    }
    reason = f"{mended:,} groups brought into one split each, before the first training"
    version = write_version(session, moved, author="", reason=reason, given_splits=False)
    if version is None:
        return None
    refresh_leaks(session, new)
    return Regrouped(len(moved), mended, version.id)


def _placed_images(session: Session) -> list[_Placed]:
    kinds = ImageIssue.kind.in_(("near_duplicate", "leak"))
    # People have said of these that they may stay as they are.
    kept = set(session.scalars(select(ImageIssue.group_id).where(kinds, ImageIssue.kept)))
    near = select(ImageIssue.image_id, ImageIssue.group_id).where(
        ImageIssue.kind == "near_duplicate", ImageIssue.group_id.is_not(None)
    )
    groups = {image_id: group for image_id, group in session.execute(near) if group not in kept}
    query = (
        select(Image.id, Image.content_hash, Image.group_name, ImageClass.name, DatasetEntry.split)
        .join(DatasetEntry, DatasetEntry.image_id == Image.id)
        .join(ImageClass, ImageClass.id == DatasetEntry.class_id)
        .where(
            DatasetEntry.removed_in.is_(None),
            DatasetEntry.excluded.is_(False),
            DatasetEntry.split.is_not(None),
        )
        .order_by(Image.id)
    )
    return [
        _Placed(
            image_id,
            cast("Split", split),
            NewExample(content_hash, label, None, groups.get(image_id), name),
        )
        for image_id, content_hash, name, label, split in session.execute(query)
    ]


def _torn(placed: Iterable[_Placed]) -> set[Hashable]:
    """The groups that are in several splits."""
    splits: defaultdict[Hashable, set[Split]] = defaultdict(set)
    for one in placed:
        for group in one.groups:
            splits[group].add(one.split)
    return {group for group, found in splits.items() if len(found) > 1}


def _tied(placed: Sequence[_Placed], torn: Iterable[Hashable]) -> set[int]:
    """The images of these groups, and of groups that share images with them, and so on."""
    members: defaultdict[Hashable, list[_Placed]] = defaultdict(list)
    for one in placed:
        for group in one.groups:
            members[group].append(one)
    seen, waiting = set(torn), list(torn)
    found: set[int] = set()
    while waiting:
        for one in members[waiting.pop()]:
            found.add(one.image_id)
            fresh = [group for group in one.groups if group not in seen]
            seen.update(fresh)
            waiting += fresh
    return found


def _assigned(
    placed: Sequence[_Placed], moving: set[int], settings: Settings
) -> Mapping[int, Split]:
    """A split for each of the moving images, beside the others as they are."""
    staying = Counter(
        (one.example.label, one.split) for one in placed if one.image_id not in moving
    )
    moved = [one for one in placed if one.image_id in moving]
    splits = assign_splits(
        staying,
        [one.example for one in moved],
        validation_share=settings.validation_share,
        test_share=settings.test_share,
    )
    return {one.image_id: split for one, split in zip(moved, splits, strict=True)}
