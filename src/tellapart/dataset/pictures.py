"""Pictures of the current version, one by one."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tellapart.errors import NotFound
from tellapart.store.pages import Page, cut_page, parse_cursor
from tellapart.store.tables import DatasetEntry, Image, ImageClass, Split


@dataclass(frozen=True)
class Picture:
    """What the bytes are, and what the current version says of them."""

    image: Image
    entry: DatasetEntry
    label: str | None


def list_pictures(
    session: Session,
    *,
    label: str | None = None,
    split: Split | None = None,
    limit: int = 60,
    cursor: str | None = None,
) -> Page[Picture]:
    """Pictures of the current version, oldest first."""
    query = _current().order_by(DatasetEntry.id).limit(limit + 1)
    after = parse_cursor(cursor)
    if after is not None:
        query = query.where(DatasetEntry.id > after)
    if label is not None:
        query = query.where(ImageClass.name == label)
    if split is not None:
        query = query.where(DatasetEntry.split == split)
    rows = [Picture(*row) for row in session.execute(query)]
    return cut_page(rows, limit, [str(row.entry.id) for row in rows])


def find_picture(session: Session, image_id: int) -> Picture:
    """One picture of the current version.

    Raises:
        NotFound: there is none of this number.
    """
    row = None
    if abs(image_id) < 2**31:
        row = session.execute(_current().where(Image.id == image_id)).first()
    if row is None:
        raise NotFound(f"There is no picture {image_id} in the data set.")
    return Picture(*row)


def _current() -> Select[Image, DatasetEntry, str | None]:
    return (
        select(Image, DatasetEntry, ImageClass.name)
        .join(DatasetEntry, DatasetEntry.image_id == Image.id)
        .outerjoin(ImageClass, ImageClass.id == DatasetEntry.class_id)
        .where(DatasetEntry.removed_in.is_(None))
    )
