"""Versions of the data set. A version is written once, with the statistics that pages show."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

from blake3 import blake3
from sqlalchemy import ColumnElement, and_, false, insert, or_, select, update
from sqlalchemy.orm import Session

from tellapart.dataset.class_names import natural_key
from tellapart.dataset.statistics import DatasetStatistics, ImageFacts, ImageState
from tellapart.errors import DatasetError, NotFound
from tellapart.store.database import chunks
from tellapart.store.locks import hold
from tellapart.store.pages import LARGEST_ID
from tellapart.store.tables import (
    DatasetEntry,
    DatasetVersion,
    Image,
    ImageClass,
    LabelOrigin,
    Split,
)

ChangeKind = Literal["added", "removed", "relabelled", "moved", "excluded", "included"]

_SAMPLES_PER_CLASS = 12
_MODULUS = 2**256


class LabeledImage(NamedTuple):
    """An image of a version, with its class and split."""

    image_id: int
    content_hash: str
    label: str
    split: Split
    width_px: int
    height_px: int
    origin: LabelOrigin


@dataclass(frozen=True)
class Change:
    """An image that is to be different; None before it is there, and after it is removed."""

    image_id: int
    before: ImageState | None
    after: ImageState | None

    @property
    def moves(self) -> bool:
        """Whether it goes from one split to another."""
        return bool(
            self.before
            and self.after
            and self.before.split
            and self.after.split not in (None, self.before.split)
        )

    @property
    def kind(self) -> ChangeKind | None:
        """What the change is in one word, the gravest if it is several; None if it is none."""
        before, after = self.before, self.after
        if before is None or after is None:
            return None if before is after else "added" if before is None else "removed"
        if before.excluded != after.excluded:
            return "excluded" if after.excluded else "included"
        if before.label != after.label:
            return "relabelled"
        return None if before.split == after.split else "moved"


def latest_version(session: Session) -> DatasetVersion | None:
    """The current version; None while nothing has been imported."""
    version: DatasetVersion | None = session.scalar(
        select(DatasetVersion).order_by(DatasetVersion.id.desc()).limit(1)
    )
    return version


def current_version(session: Session) -> DatasetVersion:
    """The current version.

    Raises:
        DatasetError: nothing has been imported.
    """
    version = latest_version(session)
    if version is None:
        raise DatasetError(
            "There are no pictures yet. Import some: `tellapart import FOLDER`, or Data → Import."
        )
    return version


def get_version(session: Session, version: int) -> DatasetVersion:
    """One version.

    Raises:
        NotFound: there is no such version.
    """
    found = session.get(DatasetVersion, version) if abs(version) < 2**31 else None
    if found is None:
        raise NotFound(
            f"There is no dataset version {version}. `tellapart versions list` shows all versions."
        )
    return found


def valid_in(version: int) -> ColumnElement[bool]:
    """The entries of a version."""
    gone = DatasetEntry.removed_in
    return and_(DatasetEntry.added_in <= version, or_(gone.is_(None), gone > version))


def entry_states(session: Session, *where: ColumnElement[bool]) -> dict[int, ImageState]:
    """What entries say, by image id."""
    query = (
        select(
            DatasetEntry.image_id,
            ImageClass.name,
            DatasetEntry.split,
            DatasetEntry.origin,
            DatasetEntry.excluded,
            DatasetEntry.model_version,
        )
        .outerjoin(ImageClass, ImageClass.id == DatasetEntry.class_id)
        .where(*where)
    )
    return {
        image_id: ImageState(
            label, cast("Split | None", split), cast("LabelOrigin", origin), excluded, version
        )
        for image_id, label, split, origin, excluded, version in session.execute(query)
    }


def current_states(session: Session, image_ids: Iterable[int]) -> dict[int, ImageState]:
    """What the current version says of these images; those that it lacks are missing."""
    states: dict[int, ImageState] = {}
    for chunk in chunks(image_id for image_id in image_ids if abs(image_id) <= LARGEST_ID):
        of_these = DatasetEntry.image_id.in_(chunk)
        states.update(entry_states(session, DatasetEntry.removed_in.is_(None), of_these))
    return states


def states_by_hash(
    session: Session, content_hashes: Iterable[str]
) -> dict[str, tuple[int, ImageState]]:
    """The image ids of images, and what the current version says of them, by content hash.

    Images that the current version lacks are missing.
    """
    ids: dict[int, str] = {}
    for chunk in chunks(content_hashes):
        query = select(Image.id, Image.content_hash).where(Image.content_hash.in_(chunk))
        ids.update(dict(session.execute(query).all()))
    states = current_states(session, ids)
    return {ids[image_id]: (image_id, state) for image_id, state in states.items()}


def write_version(
    session: Session,
    states: Mapping[int, ImageState | None],
    *,
    author: str,
    reason: str,
    given_splits: bool | None = None,
) -> DatasetVersion | None:
    """Write a version in which these images (by image id) are in these states; None: removed.

    What the version before said of them ends with it.

    Args:
        session: writes.
        states: what is to be said.
        author: who says it.
        reason: why.
        given_splits: whether people, or their source, chose a split of these; by default they did
            where an image goes from one to another. Once they did, all later versions say so.

    Returns:
        None when nothing is different.
    """
    hold(session, "dataset")
    before = current_states(session, states)
    changes = [
        Change(image_id, before.get(image_id), after)
        for image_id, after in states.items()
        if before.get(image_id) != after
    ]
    if not changes:
        return None
    last = latest_version(session)
    statistics = DatasetStatistics() if last is None else _statistics_of(session, last)
    content = 0 if last is None else int(last.content_id, 16)
    # Counted, not drawn from a sequence: that has gaps after transactions that were rolled back.
    number = 1 if last is None else last.id + 1
    version = DatasetVersion(
        id=number, content_id="", author=author[:100], reason=reason, summary={}
    )
    session.add(version)
    session.flush()
    ids = class_ids(session, {c.after.label for c in changes if c.after and c.after.label})
    for chunk in chunks(changes):
        content += _write_changes(session, version.id, chunk, ids, statistics)
    version.content_id = f"{content % _MODULUS:064x}"
    samples = {} if last is None else last.summary["samples"]
    if given_splits is None:
        given_splits = any(change.moves for change in changes)
    version.summary = {
        "given_splits": given_splits or _has_given_splits(last),
        **statistics.to_json(),
        "samples": _samples(session, samples, statistics, changes),
        "changes": dict(Counter(change.kind for change in changes if change.kind)),
    }
    return version


def _has_given_splits(version: DatasetVersion | None) -> bool:
    """Versions of older releases do not say it."""
    return version is not None and bool(version.summary.get("given_splits", True))


def labeled_images(session: Session, version: int) -> list[LabeledImage]:
    """The labelled images of a version that are not excluded, in a stable order.

    Raises:
        NotFound: there is no such version.
    """
    get_version(session, version)
    query = (
        select(
            Image.id,
            Image.content_hash,
            ImageClass.name,
            DatasetEntry.split,
            Image.width_px,
            Image.height_px,
            DatasetEntry.origin,
        )
        .join(DatasetEntry, DatasetEntry.image_id == Image.id)
        .join(ImageClass, ImageClass.id == DatasetEntry.class_id)
        .where(valid_in(version), DatasetEntry.excluded == false())
        .order_by(Image.content_hash)
    )
    return [LabeledImage._make(row) for row in session.execute(query)]


def _write_changes(
    session: Session,
    version: int,
    changes: Sequence[Change],
    class_ids: Mapping[str, int],
    statistics: DatasetStatistics,
) -> int:
    """Write entries, count them, and return by how much the number of the content changes."""
    ids = [change.image_id for change in changes]
    session.execute(
        update(DatasetEntry)
        .where(DatasetEntry.removed_in.is_(None), DatasetEntry.image_id.in_(ids))
        .values(removed_in=version),
        execution_options={"synchronize_session": False},
    )
    facts = _facts(session, Image.id.in_(ids))
    content = 0
    rows = []
    for change in changes:
        image, before, after = facts[change.image_id], change.before, change.after
        if before is not None:
            statistics.remove(image, before)
            content -= _content_number(image.content_hash, before)
        if after is not None:
            statistics.add(image, after)
            content += _content_number(image.content_hash, after)
            rows.append(_entry_row(change.image_id, after, class_ids, version))
    if rows:
        session.execute(insert(DatasetEntry), rows)
    return content


def _entry_row(
    image_id: int, state: ImageState, class_ids: Mapping[str, int], version: int
) -> dict[str, Any]:
    return {
        "image_id": image_id,
        "class_id": None if state.label is None else class_ids[state.label],
        "split": state.split,
        "origin": state.origin,
        "excluded": state.excluded,
        "model_version": state.model_version,
        "added_in": version,
    }


def _facts(session: Session, *where: ColumnElement[bool]) -> dict[int, ImageFacts]:
    query = select(
        Image.id,
        Image.content_hash,
        Image.format,
        Image.width_px,
        Image.height_px,
        Image.size_bytes,
        Image.brightness,
    ).where(*where)
    return {row[0]: ImageFacts(*row[1:]) for row in session.execute(query)}


def _statistics_of(session: Session, version: DatasetVersion) -> DatasetStatistics:
    """The statistics of a version; counted anew when an older release wrote it."""
    if "widths" in version.summary:
        return DatasetStatistics(version.summary)
    statistics = DatasetStatistics()
    states = entry_states(session, valid_in(version.id))
    for chunk in chunks(states):
        for image_id, facts in _facts(session, Image.id.in_(chunk)).items():
            statistics.add(facts, states[image_id])
    return statistics


def _samples(
    session: Session,
    before: Mapping[str, list[int]],
    statistics: DatasetStatistics,
    changes: Sequence[Change],
) -> dict[str, list[int]]:
    """Some images of each class, by image id; those of classes that nothing changed stay."""
    states = [state for change in changes for state in (change.before, change.after) if state]
    touched = {state.label for state in states}
    samples = {label: ids for label, ids in before.items() if label not in touched}
    classes = select(ImageClass.id, ImageClass.name).where(ImageClass.name.in_(touched))
    for class_id, name in session.execute(classes).all():
        if not any(statistics.class_splits.get(name, {}).values()):
            continue
        query = (
            select(DatasetEntry.image_id)
            .where(
                DatasetEntry.removed_in.is_(None),
                DatasetEntry.class_id == class_id,
                DatasetEntry.excluded == false(),
            )
            .order_by(DatasetEntry.split.desc(), DatasetEntry.image_id)
            .limit(_SAMPLES_PER_CLASS)
        )
        samples[name] = list(session.scalars(query))
    return dict(sorted(samples.items(), key=lambda item: natural_key(item[0])))


def _content_number(content_hash: str, state: ImageState) -> int:
    if state.excluded:
        return 0
    text = "\x1f".join((content_hash, state.label or "", state.split or ""))
    return int.from_bytes(blake3(text.encode()).digest(), "big")


def class_names(session: Session) -> dict[int, str]:
    """The name of each class, by its row."""
    return {row.id: row.name for row in session.scalars(select(ImageClass))}


def class_ids(session: Session, names: set[str]) -> dict[str, int]:
    """The row of each class; made for those that have none."""
    hold(session, "dataset")
    known = {row.name: row.id for row in session.scalars(select(ImageClass))}
    for name in sorted(names - known.keys()):
        row = ImageClass(name=name)
        session.add(row)
        session.flush()
        known[name] = row.id
    return known
