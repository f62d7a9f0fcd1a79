"""What an import does with each file: read, hash, have it inspected, store.

All of it runs in threads, a few files at a time; only the rows are written elsewhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from tellapart.errors import InvalidImage
from tellapart.images.decode import decode_image
from tellapart.images.inspection import Inspection, Refusal
from tellapart.images.quality import measure
from tellapart.intake.inspectors import Inspectors
from tellapart.intake.sources import SourceItem
from tellapart.jobs.contracts import RejectedFile
from tellapart.store.blobs import StagedBlob, content_hash
from tellapart.store.database import chunks
from tellapart.store.storage import Storage
from tellapart.store.tables import Image

_MEASURED_TOGETHER = 256


@dataclass(frozen=True, slots=True)
class CheckedImage:
    """A good image; `row` is None when it was stored before."""

    item: SourceItem
    content_hash: str
    row: dict[str, Any] | None
    staged: list[StagedBlob]


@dataclass(frozen=True, slots=True)
class RefusedImage:
    """A bad one, with its bytes where there are any."""

    item: SourceItem
    file: RejectedFile
    staged: list[StagedBlob]


Checked = CheckedImage | RefusedImage


def check_images(
    storage: Storage, inspectors: Inspectors, items: Sequence[SourceItem]
) -> list[Checked]:
    """Check some files, in their order. Nothing is kept until their blobs are published.

    Raises:
        SourceError: the whole source has to be given up.
        OSError: what was read could not be written.
    """
    read = [_read(item) for item in items]
    hashes = [content_hash(data) if isinstance(data, bytes) else None for data in read]
    known = _known(storage, {name for name in hashes if name})
    new = {
        name: data
        for name, data in zip(hashes, read, strict=True)
        if isinstance(data, bytes) and name not in known
    }
    found = dict(zip(new, inspectors.inspect(list(new.values())), strict=True)) if new else {}
    done: list[Checked] = []
    sheet = _Sheet()
    try:
        for item, data, name in zip(items, read, hashes, strict=True):
            if isinstance(data, RejectedFile):
                done.append(RefusedImage(item, data, []))
            elif name in known:
                done.append(CheckedImage(item, name, None, []))
            else:
                done.append(_stage(storage, item, data, found[name], sheet))
        if sheet.rows:
            done[-1].staged.append(sheet.stage(storage))
    except BaseException:
        storage.blobs.discard(blob for checked in done for blob in checked.staged)
        raise
    return done


class _Sheet:
    """Thumbnails of the images that are checked together, in one blob.

    A file costs more than what is in it, and neighbours are looked at together.
    """

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._data = bytearray()

    def add(self, row: dict[str, Any], data: bytes) -> None:
        row["thumbnail_offset"], row["thumbnail_bytes"] = len(self._data), len(data)
        self.rows.append(row)
        self._data += data

    def stage(self, storage: Storage) -> StagedBlob:
        staged = storage.blobs.stage(bytes(self._data))
        for row in self.rows:
            row["thumbnail_hash"] = staged.name
        return staged


def measure_again(storage: Storage, check_cancelled: Callable[[], None]) -> None:
    """Measure the images that came in before images were measured."""
    with storage.database.reading() as session:
        query = select(Image.id, Image.content_hash).where(Image.fingerprint.is_(None))
        rows = session.execute(query).all()
    settings = storage.settings
    for chunk in chunks(rows, _MEASURED_TOGETHER):
        check_cancelled()
        measured = []
        for image_id, name in chunk:
            image, _ = decode_image(
                storage.blobs.read(name),
                max_pixels=settings.max_image_pixels,
                min_longer_side_px=settings.thumbnail_px,
            )
            measured.append({"id": image_id, **vars(measure(image))})
        with storage.database.writing() as session:
            session.execute(update(Image), measured)


def _read(item: SourceItem) -> bytes | RejectedFile:
    try:
        return item.read()
    except InvalidImage as error:
        return RejectedFile(name=item.name, code=error.code, reason=str(error))
    except OSError as error:
        reason = f"The file could not be read: {error.strerror or error}."
        return RejectedFile(name=item.name, code="unreadable", reason=reason)


def _known(storage: Storage, hashes: set[str]) -> set[str]:
    with storage.database.reading() as session:
        return set(
            session.scalars(select(Image.content_hash).where(Image.content_hash.in_(hashes)))
        )


def _stage(
    storage: Storage, item: SourceItem, data: bytes, found: Inspection | Refusal, sheet: _Sheet
) -> Checked:
    if isinstance(found, Refusal):
        staged = [storage.blobs.stage(data)] if data else []
        file = RejectedFile(name=item.name, code=found.code, reason=found.reason)
        return RefusedImage(item, file, staged)
    kept = storage.blobs.stage(data)
    row = {
        "content_hash": kept.name,
        "thumbnail_hash": kept.name,
        "thumbnail_offset": None,
        "thumbnail_bytes": None,
        "original_name": item.name,
        "size_bytes": len(data),
        **vars(found.header),
        **vars(found.quality),
    }
    if found.thumbnail is not None:
        sheet.add(row, found.thumbnail)
    return CheckedImage(item, kept.name, row, [kept])
