"""What pages show of the data set, counted once when it changes.

A version never changes, so neither does its summary: reading it is one row by primary key.
"""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tellapart.store.tables import (
    SPLITS,
    DatasetEntry,
    Image,
    ImageClass,
)

_SAMPLES_PER_CLASS = 12


def summarize(session: Session) -> dict[str, Any]:
    """Count the current entries.

    Returns:
        `class_splits` (class to split to count), `samples` (class to image ids), `dimensions`
        (pixels), `formats` and `unlabeled`: JSON-able.
    """
    return {
        "class_splits": _class_splits(session),
        "samples": _samples(session),
        "dimensions": _dimensions(session),
        "formats": _formats(session),
        "unlabeled": _unlabeled(session),
    }


def _class_splits(session: Session) -> dict[str, dict[str, int]]:
    query = (
        select(ImageClass.name, DatasetEntry.split, func.count())
        .join(DatasetEntry, DatasetEntry.class_id == ImageClass.id)
        .where(DatasetEntry.removed_in.is_(None))
        .group_by(ImageClass.name, DatasetEntry.split)
        .order_by(ImageClass.name)
    )
    counts: dict[str, dict[str, int]] = {}
    for name, split, count in session.execute(query):
        assert split is not None, "what has a class has a split"
        counts.setdefault(name, dict.fromkeys(SPLITS, 0))[split] = count
    return counts


def _samples(session: Session) -> dict[str, list[int]]:
    samples = {}
    classes = session.execute(select(ImageClass.id, ImageClass.name).order_by(ImageClass.name))
    for class_id, name in classes.all():
        query = (
            select(DatasetEntry.image_id)
            .where(DatasetEntry.removed_in.is_(None), DatasetEntry.class_id == class_id)
            .order_by(DatasetEntry.split.desc(), DatasetEntry.image_id)
            .limit(_SAMPLES_PER_CLASS)
        )
        ids = list(session.scalars(query))
        if ids:
            samples[name] = ids
    return samples


def _dimensions(session: Session) -> dict[str, float | None]:
    width, height = Image.width_px, Image.height_px
    query = _current(
        func.min(width), func.max(width), func.avg(width),
        func.min(height), func.max(height), func.avg(height), func.count(),
    )  # fmt: skip
    keys = (
        "min_width", "max_width", "avg_width", "min_height", "max_height", "avg_height",
        "total_images",
    )  # fmt: skip
    found = dict(zip(keys, session.execute(query).one(), strict=True))
    for key in ("avg_width", "avg_height"):
        found[key] = None if found[key] is None else round(float(found[key]), 1)
    return found


def _formats(session: Session) -> dict[str, int]:
    query = _current(Image.format, func.count()).group_by(Image.format).order_by(Image.format)
    return dict(session.execute(query).all())


def _unlabeled(session: Session) -> int:
    current = (DatasetEntry.removed_in.is_(None), DatasetEntry.class_id.is_(None))
    return session.scalar(select(func.count(DatasetEntry.id)).where(*current)) or 0


def _current(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(DatasetEntry)
        .join(Image, Image.id == DatasetEntry.image_id)
        .where(DatasetEntry.removed_in.is_(None))
    )
