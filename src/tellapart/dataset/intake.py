"""How pictures come in: read, checked, stored, and given a class and a split.

Pictures are checked on all cores and written down in batches, each of which survives `kill -9`;
an import that is run again reads what it has already, and does not decode it again. The data set
changes once, at the end, in one transaction: a killed import leaves it as it was.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tellapart.dataset.import_result import ImportResult, RejectedFile
from tellapart.dataset.parallel import ProgressReport, batches, counted, in_parallel
from tellapart.dataset.sources import RefusedFile, Source, SourceItem
from tellapart.dataset.splits import NewExample, SplitMode, assign_splits
from tellapart.dataset.versions import NewEntry, latest_version, put_entries
from tellapart.errors import InvalidImage
from tellapart.images.decode import decode
from tellapart.images.thumbnails import thumbnail
from tellapart.store.blobs import content_hash
from tellapart.store.storage import Storage
from tellapart.store.tables import (
    DatasetEntry,
    Image,
    ImageClass,
    QuarantinedFile,
    Split,
)

_BATCH = 256


@dataclass(frozen=True)
class _Picture:
    """A picture after its check; `image` is None when it was stored before."""

    item: SourceItem
    content_hash: str
    image: Image | None


@dataclass(frozen=True)
class _Refusal:
    """A file that failed its check; `kept` is the blob of its bytes."""

    file: RejectedFile
    kept: str | None


@dataclass(frozen=True)
class _Placed:
    """A stored picture with what the source says of it."""

    image_id: int
    content_hash: str
    label: str | None
    split: Split | None


def take_in(
    storage: Storage,
    source: Source,
    *,
    split_mode: SplitMode = "auto",
    on_progress: ProgressReport,
    name: str | None = None,
) -> ImportResult:
    """Import all pictures of a source as one new dataset version.

    Bad files are quarantined with the reason. `on_progress(done, total)` is called for each file
    and may raise to stop the import. `name` is what to call the source, if not by its own name.

    Returns:
        The counts; `dataset_version` is the current version, a new one if anything was added.
    """
    result = ImportResult(source=name or source.name)
    placed: list[_Placed] = []
    checked = in_parallel(lambda item: _check(storage, item), source.items())
    for batch in batches(counted(checked, source.total, on_progress), _BATCH):
        with storage.database.writing() as session:
            placed.extend(_write_down(session, batch, result))
    refusals = [_refusal(storage, file) for file in source.refused]
    with storage.database.writing() as session:
        for refusal in refusals:
            _quarantine(session, refusal)
            result.reject(refusal.file)
        _join_dataset(session, storage, placed, split_mode, result)
    result.skipped = dict(source.skipped)
    return result


def _check(storage: Storage, item: SourceItem) -> _Picture | _Refusal:
    data = b""
    try:
        data = item.read()
        name = content_hash(data)
        if _is_known(storage, name):
            return _Picture(item, name, None)
        settings = storage.settings
        pixels, header = decode(
            data, max_pixels=settings.max_image_pixels, min_side_px=settings.thumbnail_px
        )
    except InvalidImage as error:
        rejected = RejectedFile(item.name, error.code, str(error))
        return _Refusal(rejected, storage.blobs.write(data) if data else None)
    except OSError as error:
        reason = f"The file could not be read: {error.strerror or error}."
        return _Refusal(RejectedFile(item.name, "unreadable", reason), None)
    # What cannot be written is no fault of the file: a full disk ends the import.
    preview = storage.blobs.write(thumbnail(pixels, settings.thumbnail_px))
    image = Image(
        content_hash=storage.blobs.write(data),
        thumbnail_hash=preview,
        original_name=item.name,
        format=header.format,
        width_px=header.width_px,
        height_px=header.height_px,
        exif_orientation=header.exif_orientation,
        size_bytes=len(data),
    )
    return _Picture(item, name, image)


def _is_known(storage: Storage, name: str) -> bool:
    with storage.database.reading() as session:
        return _image_id(session, name) is not None


def _image_id(session: Session, name: str) -> int | None:
    found: int | None = session.scalar(select(Image.id).where(Image.content_hash == name))
    return found


def _write_down(
    session: Session, batch: Iterable[_Picture | _Refusal], result: ImportResult
) -> Iterator[_Placed]:
    for checked in batch:
        if isinstance(checked, _Refusal):
            _quarantine(session, checked)
            result.reject(checked.file)
            continue
        image_id = _image_id(session, checked.content_hash)
        if image_id is None:
            assert checked.image is not None, "a picture without a row was just decoded"
            session.add(checked.image)
            session.flush()
            image_id = checked.image.id
        yield _Placed(image_id, checked.content_hash, checked.item.label, checked.item.split)


def _refusal(storage: Storage, file: RefusedFile) -> _Refusal:
    """A file that the source itself refused; its bytes are kept where that is safe."""
    kept = None
    if file.read is not None:
        try:
            kept = storage.blobs.write(file.read())
        except (InvalidImage, OSError):
            kept = None
    return _Refusal(RejectedFile(file.name, file.code, file.reason), kept)


def _quarantine(session: Session, refusal: _Refusal) -> None:
    file = refusal.file
    known = select(QuarantinedFile.id).where(
        QuarantinedFile.name == file.name,
        QuarantinedFile.content_hash.is_not_distinct_from(refusal.kept),
    )
    if session.scalar(known) is None:
        row = QuarantinedFile(
            name=file.name, content_hash=refusal.kept, code=file.code, reason=file.reason
        )
        session.add(row)


def _join_dataset(
    session: Session,
    storage: Storage,
    placed: list[_Placed],
    split_mode: SplitMode,
    result: ImportResult,
) -> None:
    new = list(_new_pictures(_current_labels(session), placed, result))
    splits = _splits(session, storage, new, split_mode)
    entries = [
        NewEntry(picture.image_id, picture.content_hash, picture.label, split)
        for picture, split in zip(new, splits, strict=True)
    ]
    reason = f"Imported {len(entries):,} from {result.source}"
    version = put_entries(session, entries, origin="given", reason=reason)
    current = version or latest_version(session)
    result.dataset_version = None if current is None else current.id
    result.added = len(entries) - result.labeled
    result.classes = dict(Counter(entry.label for entry in entries if entry.label is not None))


def _new_pictures(
    labels: dict[int, str | None], placed: list[_Placed], result: ImportResult
) -> Iterator[_Placed]:
    """The pictures that the data set does not have, or not with a class; the others are counted.

    A picture that is there under another class keeps that class, and is counted as a conflict.
    """
    # Those with a class first: where a source has a picture with and without one, the class counts.
    for picture in sorted(placed, key=lambda picture: picture.label is None):
        if picture.image_id not in labels:
            labels[picture.image_id] = picture.label
            yield picture
        elif labels[picture.image_id] is None and picture.label is not None:
            labels[picture.image_id] = picture.label
            result.labeled += 1
            yield picture
        elif picture.label is None or labels[picture.image_id] == picture.label:
            result.duplicates += 1
        else:
            result.conflicts += 1


def _current_labels(session: Session) -> dict[int, str | None]:
    query = (
        select(DatasetEntry.image_id, ImageClass.name)
        .outerjoin(ImageClass, ImageClass.id == DatasetEntry.class_id)
        .where(DatasetEntry.removed_in.is_(None))
    )
    return dict(session.execute(query).all())


def _splits(
    session: Session, storage: Storage, new: list[_Placed], split_mode: SplitMode
) -> Iterator[Split | None]:
    forced: Split | None = None if split_mode == "auto" else split_mode
    examples = [
        NewExample(picture.content_hash, picture.label, forced or picture.split)
        for picture in new
        if picture.label is not None
    ]
    version = latest_version(session)
    counts = {} if version is None else version.summary["class_splits"]
    existing = {
        (label, split): count for label, splits in counts.items() for split, count in splits.items()
    }
    assigned = iter(
        assign_splits(
            existing,
            examples,
            validation_share=storage.settings.validation_share,
            test_share=storage.settings.test_share,
            carve_test=split_mode == "auto",
        )
    )
    for picture in new:
        yield None if picture.label is None else next(assigned)
