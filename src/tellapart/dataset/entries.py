"""Images of the current version: one by one, by filter, and on the map."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from tellapart.dataset.class_names import natural_key
from tellapart.dataset.issues import ListedIssue, is_open, issues_of
from tellapart.errors import NotFound
from tellapart.store.blobs import BlobStore
from tellapart.store.database import chunks
from tellapart.store.pages import Page, cut_page, parse_cursor
from tellapart.store.tables import (
    SPLITS,
    DatasetEntry,
    Image,
    ImageCheck,
    ImageClass,
    ImageIssue,
    IssueKind,
    LabelOrigin,
    Split,
)


@dataclass(frozen=True)
class DatasetImage:
    """What the bytes are, what the current version says of them, and what may be wrong."""

    image: Image
    entry: DatasetEntry
    label: str | None
    issues: Sequence[ListedIssue]


_SPLIT_INDEX: dict[str | None, int] = {split: number for number, split in enumerate(SPLITS)}


def read_thumbnail(blobs: BlobStore, image: Image) -> bytes:
    """The file of an image's thumbnail.

    Raises:
        BlobNotFound: it is lost.
    """
    if image.thumbnail_offset is None or image.thumbnail_bytes is None:
        return blobs.read(image.thumbnail_hash)
    return blobs.read(image.thumbnail_hash, image.thumbnail_offset, image.thumbnail_bytes)


@dataclass(frozen=True)
class ImageFilter:
    """Which images; None leaves a question open. `text` is part of a name or of a class."""

    label: str | None = None
    unlabeled: bool = False
    split: Split | None = None
    issue: IssueKind | None = None
    origin: LabelOrigin | None = None
    text: str | None = None
    excluded: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """For a query that joins entries with images and classes."""
        entry = DatasetEntry
        found = [entry.removed_in.is_(None), entry.excluded == self.excluded]
        if self.label is not None:
            found.append(ImageClass.name == self.label)
        if self.unlabeled:
            found.append(entry.class_id.is_(None))
        if self.split is not None:
            found.append(entry.split == self.split)
        if self.origin is not None:
            found.append(entry.origin == self.origin)
        if self.issue is not None:
            found.append(entry.image_id.in_(_with_issue(self.issue)))
        if self.text:
            in_name = Image.original_name.icontains(self.text, autoescape=True)
            found.append(in_name | ImageClass.name.icontains(self.text, autoescape=True))
        return found


@dataclass(frozen=True)
class ImageColumns:
    """Images as columns of the same length; -1 is the class or split of those without one."""

    class_names: list[str]
    ids: list[int]
    classes: list[int]
    splits: list[int]


@dataclass(frozen=True)
class MapColumns:
    """Images on the map; `x` and `y` from 0 to 1. `total` may be more than are given."""

    class_names: list[str]
    ids: list[int]
    classes: list[int]
    x: list[float]
    y: list[float]
    total: int


def list_entries(
    session: Session, chosen: ImageFilter, *, limit: int = 60, cursor: str | None = None
) -> Page[DatasetImage]:
    """Images of the current version, oldest first."""
    query = _ids(chosen).order_by(Image.id).limit(limit + 1)
    after = parse_cursor(cursor)
    if after is not None:
        query = query.where(Image.id > after)
    ids = list(session.scalars(query))
    page = cut_page(ids, limit, [str(image_id) for image_id in ids])
    return Page(get_entries(session, page.items), page.next_cursor)


def image_columns(session: Session, chosen: ImageFilter) -> ImageColumns:
    """All images that the filter finds, oldest first."""
    columns = (DatasetEntry.class_id, DatasetEntry.split)
    query = _ids(chosen).add_columns(*columns).order_by(Image.id)
    rows = session.execute(query).all()
    names, index = _class_index(session)
    return ImageColumns(
        class_names=names,
        ids=[row[0] for row in rows],
        classes=[index.get(row[1], -1) for row in rows],
        splits=[_SPLIT_INDEX.get(row[2], -1) for row in rows],
    )


def map_columns(session: Session, *, limit: int) -> MapColumns:
    """Images with their places on the map; of more than `limit`, evenly chosen ones."""
    entry, check = DatasetEntry, ImageCheck
    query = (
        select(check.image_id, entry.class_id, check.map_x, check.map_y)
        .join(entry, entry.image_id == check.image_id)
        .where(entry.removed_in.is_(None), entry.excluded.is_(False), check.map_x.is_not(None))
    )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    step = max(1, -(-total // limit))
    rows = session.execute(query.order_by(check.image_id)).all()[::step]
    names, index = _class_index(session)
    return MapColumns(
        class_names=names,
        ids=[row[0] for row in rows],
        classes=[index.get(row[1], -1) for row in rows],
        x=[round(row[2] or 0.0, 4) for row in rows],
        y=[round(row[3] or 0.0, 4) for row in rows],
        total=total,
    )


def find_entry(session: Session, image_id: int) -> DatasetImage:
    """One image of the current version.

    Raises:
        NotFound: there is none of this number.
    """
    found = get_entries(session, [image_id]) if abs(image_id) < 2**31 else []
    if not found:
        raise NotFound(f"There is no picture {image_id} in the data set. Data → Pictures has all.")
    return found[0]


def get_entries(session: Session, image_ids: Sequence[int]) -> list[DatasetImage]:
    """These images of the current version, in this order; those that it lacks are left out."""
    issues = issues_of(session, image_ids)
    found = {}
    for chunk in chunks(image_ids):
        query = (
            select(Image, DatasetEntry, ImageClass.name)
            .join(DatasetEntry, DatasetEntry.image_id == Image.id)
            .outerjoin(ImageClass, ImageClass.id == DatasetEntry.class_id)
            .where(DatasetEntry.removed_in.is_(None), Image.id.in_(chunk))
        )
        for image, entry, label in session.execute(query):
            found[image.id] = DatasetImage(image, entry, label, issues.get(image.id, ()))
    return [found[image_id] for image_id in image_ids if image_id in found]


def _ids(chosen: ImageFilter) -> Select[int]:
    return (
        select(Image.id)
        .join(DatasetEntry, DatasetEntry.image_id == Image.id)
        .outerjoin(ImageClass, ImageClass.id == DatasetEntry.class_id)
        .where(*chosen.conditions())
    )


def _with_issue(kind: IssueKind) -> Select[int]:
    return (
        select(ImageIssue.image_id)
        .join(DatasetEntry, DatasetEntry.image_id == ImageIssue.image_id)
        .where(ImageIssue.kind == kind, is_open())
    )


def _class_index(session: Session) -> tuple[list[str], dict[int | None, int]]:
    rows = sorted(session.scalars(select(ImageClass)), key=lambda row: natural_key(row.name))
    names: list[str] = []
    index: dict[int | None, int] = {}
    for number, row in enumerate(rows):
        names.append(row.name)
        index[row.id] = number
    return names, index
