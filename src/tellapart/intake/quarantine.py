"""The files that no import could use so far: what is wrong with each, and what to do about it."""

from collections.abc import Iterable

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from tellapart.errors import NotFound
from tellapart.store.blobs import BlobStore
from tellapart.store.locks import hold
from tellapart.store.pages import Page, cut_page, parse_cursor
from tellapart.store.storage import Storage
from tellapart.store.tables import Image, Job, ModelArtifact, QuarantinedFile

_FIXES = {
    "not_an_image": "Export it as JPEG or PNG and import that; discard it if it is no picture.",
    "truncated_image": "Copy it again from where it came; what is here is cut off or damaged.",
    "image_too_large": (
        "Scale it down; or raise TELLAPART_MAX_IMAGE_PIXELS or TELLAPART_MAX_IMAGE_BYTES and try "
        "again."
    ),
    "invalid_image": "Take it out of its archive, save it anew, and import that.",
    "unreadable": "See to it that the file can be read, then import it again.",
    "invalid_class_name": (
        "Rename its folder and import it again; or try again to take it in without a class."
    ),
    "conflicting_labels": (
        "Correct the label file and import it again; or try again to take it in without a class."
    ),
}
_OTHER_FIX = "Look at what is wrong, mend the file, and import it again."


def suggested_fix(code: str) -> str:
    """What to do about a file that was quarantined with this code."""
    return _FIXES.get(code, _OTHER_FIX)


def list_quarantined(
    session: Session, *, limit: int = 50, cursor: str | None = None
) -> Page[QuarantinedFile]:
    """Files in quarantine, newest first.

    Raises:
        InvalidRequest: the cursor is not one of ours.
    """
    query = select(QuarantinedFile).order_by(QuarantinedFile.id.desc()).limit(limit + 1)
    before = parse_cursor(cursor)
    if before is not None:
        query = query.where(QuarantinedFile.id < before)
    rows = list(session.scalars(query))
    return cut_page(rows, limit, [str(row.id) for row in rows])


def find_quarantined(session: Session, file_id: int) -> QuarantinedFile:
    """One file in quarantine.

    Raises:
        NotFound: there is none of this number.
    """
    row = session.get(QuarantinedFile, file_id) if abs(file_id) < 2**31 else None
    if row is None:
        raise NotFound(f"There is no file {file_id} in quarantine; it may have left it.")
    return row


def kept_bytes(blobs: BlobStore, row: QuarantinedFile) -> int | None:
    """How large the file is; None when its bytes could not be kept."""
    return None if row.content_hash is None else blobs.size_bytes(row.content_hash)


def discard_quarantined(storage: Storage, file_id: int) -> None:
    """Forget a file, and its bytes if nothing else needs them.

    Raises:
        NotFound: there is none of this number.
    """
    with storage.database.writing() as session:
        # No import can begin before this transaction ends.
        hold(session, "intake", "jobs")
        row = find_quarantined(session, file_id)
        session.delete(row)
        session.flush()
        name = row.content_hash
        # An import that runs may have met the same bytes and not written it down yet.
        if name is not None and not _is_named(session, name) and not _import_runs(session):
            storage.blobs.delete(name)


def release(session: Session, content_hashes: Iterable[str]) -> None:
    """Take files out of quarantine: images with their bytes have come in."""
    names = list(content_hashes)
    if names:
        session.execute(delete(QuarantinedFile).where(QuarantinedFile.content_hash.in_(names)))


def _is_named(session: Session, name: str) -> bool:
    uses = (
        exists().where(or_(Image.content_hash == name, Image.thumbnail_hash == name)),
        exists().where(QuarantinedFile.content_hash == name),
        exists().where(ModelArtifact.content_hash == name),
    )
    return bool(session.scalar(select(or_(*uses))))


def _import_runs(session: Session) -> bool:
    runs = exists().where(Job.kind == "import", Job.status == "running")
    return bool(session.scalar(select(runs)))
