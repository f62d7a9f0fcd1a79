"""The state of the data set as one HTML file to send to somebody: no script, no outside address."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from sqlalchemy.orm import Session

from tellapart.dataset.entries import (
    get_entries,
    map_columns,
    read_thumbnail,
)
from tellapart.dataset.insights import read_insights
from tellapart.dataset.issues import list_issues
from tellapart.errors import BlobNotFound
from tellapart.reports.rendering import render
from tellapart.store.blobs import BlobStore
from tellapart.store.storage import Storage
from tellapart.store.tables import ISSUE_KINDS, SPLITS, IssueKind

_SAMPLES = 6
_CLASSES_WITH_SAMPLES = 30
_WORST = 8
_MAP_POINTS = 3000
_COLOURS = (
    "#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#c026d3", "#65a30d",
)  # fmt: skip


def data_report(storage: Storage) -> str:
    """An HTML document of what `read_insights` finds, with images."""
    with storage.database.reading() as session:
        found = read_insights(session)
        thumbnails = partial(_thumbnails, session, storage.blobs)
        samples = list(found.samples.items())[:_CLASSES_WITH_SAMPLES]
        return render(
            "data_report.html",
            name=storage.settings.workspace.absolute().name,
            found=found,
            splits=SPLITS,
            largest_class=max((sum(s.values()) for s in found.class_splits.values()), default=1),
            samples={label: thumbnails(ids[:_SAMPLES]) for label, ids in samples},
            issues={
                kind: thumbnails(_worst(session, kind))
                for kind in ISSUE_KINDS
                if found.issues.get(kind)
            },
            map=map_columns(session, limit=_MAP_POINTS),
            colours=_COLOURS,
        )


def _worst(session: Session, kind: IssueKind) -> list[int]:
    return [row.image_id for row in list_issues(session, kind, limit=_WORST)[0].items]


def _thumbnails(
    session: Session, blobs: BlobStore, image_ids: Sequence[int]
) -> list[tuple[bytes, str]]:
    """The thumbnails that are there, each with a text."""
    found = []
    for image in get_entries(session, image_ids):
        with suppress(BlobNotFound):
            data = read_thumbnail(blobs, image.image)
            found.append((data, f"{image.label or 'no class'}: {image.image.original_name}"))
    return found
