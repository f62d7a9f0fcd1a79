"""Versions of the data set. A version is written once, with the summary that pages show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar, cast

from blake3 import blake3
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tellapart.dataset.summary import summarize
from tellapart.errors import DatasetError, NotFound
from tellapart.store.tables import (
    DatasetEntry,
    DatasetVersion,
    Image,
    ImageClass,
    LabelOrigin,
    Split,
)

_MODULUS = 2**256
_CHUNK_ROWS = 5000
Item = TypeVar("Item")


@dataclass(frozen=True)
class NewEntry:
    """A picture that joins the data set; without label and split it is unlabelled."""

    image_id: int
    content_hash: str
    label: str | None
    split: Split | None


@dataclass(frozen=True)
class LabeledImage:
    """A picture of a version, with its class and split."""

    content_hash: str
    label: str
    split: Split
    longer_side_px: int


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
            "There are no pictures yet. Import some: `tellapart import FOLDER`, or Data → Upload."
        )
    return version


def put_entries(
    session: Session, entries: Iterable[NewEntry], *, origin: LabelOrigin, reason: str
) -> DatasetVersion | None:
    """Write a version in which these pictures have these classes and splits.

    What the version before said of them ends with it. Returns None when there are no entries.
    """
    entries = list(entries)
    if not entries:
        return None
    before = latest_version(session)
    content = 0 if before is None else int(before.content_id, 16)
    content += sum(_entry_number(entry.content_hash, entry.label, entry.split) for entry in entries)
    version = DatasetVersion(content_id="", reason=reason, summary={})
    session.add(version)
    session.flush()
    content -= _end_entries(session, [entry.image_id for entry in entries], version.id)
    version.content_id = f"{content % _MODULUS:064x}"
    class_ids = _class_ids(session, {entry.label for entry in entries if entry.label is not None})
    rows = [
        {
            "image_id": entry.image_id,
            "class_id": None if entry.label is None else class_ids[entry.label],
            "split": entry.split,
            "origin": origin,
            "added_in": version.id,
        }
        for entry in entries
    ]
    for chunk in _chunks(rows):
        session.execute(insert(DatasetEntry), chunk)
    version.summary = summarize(session)
    return version


def _end_entries(session: Session, image_ids: list[int], version: int) -> int:
    """End what is said of these pictures, and return the sum of its numbers."""
    total = 0
    for chunk in _chunks(image_ids):
        query = (
            select(DatasetEntry, Image.content_hash, ImageClass.name)
            .join(Image, Image.id == DatasetEntry.image_id)
            .outerjoin(ImageClass, ImageClass.id == DatasetEntry.class_id)
            .where(DatasetEntry.removed_in.is_(None), DatasetEntry.image_id.in_(chunk))
        )
        for entry, content_hash, label in session.execute(query).all():
            entry.removed_in = version
            total += _entry_number(content_hash, label, entry.split)
    session.flush()
    return total


def labeled_images(session: Session, version: int) -> list[LabeledImage]:
    """The labelled pictures of a version, in a stable order.

    Raises:
        NotFound: there is no such version.
    """
    if session.get(DatasetVersion, version) is None:
        raise NotFound(f"There is no dataset version {version}.")
    gone = DatasetEntry.removed_in
    query = (
        select(
            Image.content_hash,
            ImageClass.name,
            DatasetEntry.split,
            Image.width_px,
            Image.height_px,
        )
        .join(Image, Image.id == DatasetEntry.image_id)
        .join(ImageClass, ImageClass.id == DatasetEntry.class_id)
        .where(DatasetEntry.added_in <= version, gone.is_(None) | (gone > version))
        .order_by(Image.content_hash)
    )
    return [
        LabeledImage(content_hash, name, cast("Split", split), max(width, height))
        for content_hash, name, split, width, height in session.execute(query)
    ]


def _entry_number(content_hash: str, label: str | None, split: str | None) -> int:
    text = "\x1f".join((content_hash, label or "", split or ""))
    return int.from_bytes(blake3(text.encode()).digest(), "big")


def _chunks(items: list[Item]) -> Iterator[list[Item]]:
    for start in range(0, len(items), _CHUNK_ROWS):
        yield items[start : start + _CHUNK_ROWS]


def _class_ids(session: Session, names: set[str]) -> dict[str, int]:
    known = {row.name: row.id for row in session.scalars(select(ImageClass))}
    for name in sorted(names - known.keys()):
        row = ImageClass(name=name)
        session.add(row)
        session.flush()
        known[name] = row.id
    return known
