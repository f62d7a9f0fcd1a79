"""How an import puts files aside that it cannot use."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tellapart.errors import InvalidImage
from tellapart.intake.image_check import RefusedImage
from tellapart.intake.import_result import RejectedFile
from tellapart.intake.sources import RefusedFile
from tellapart.store.storage import Storage
from tellapart.store.tables import QuarantinedFile, Split


def quarantine(session: Session, refused: RefusedImage) -> None:
    """Quarantine a file whose blob has been published."""
    kept = refused.staged[0].name if refused.staged else None
    _write(session, refused.file, kept, refused.item.label, refused.item.split)


def quarantine_refused(storage: Storage, files: Iterable[RefusedFile]) -> Iterator[RejectedFile]:
    """Quarantine what the source itself refused; its bytes are kept where that is safe."""
    for file in files:
        rejected = RejectedFile(file.name, file.code, file.reason)
        kept = _keep(storage, file)
        with storage.database.writing() as session:
            _write(session, rejected, kept, None, None)
        yield rejected


def _keep(storage: Storage, file: RefusedFile) -> str | None:
    if file.read is None:
        return None
    try:
        data = file.read()
    except (InvalidImage, OSError):
        return None
    return storage.blobs.write(data)


def _write(
    session: Session, file: RejectedFile, kept: str | None, label: str | None, split: Split | None
) -> None:
    known = select(QuarantinedFile.id).where(
        QuarantinedFile.name == file.name,
        QuarantinedFile.content_hash.is_not_distinct_from(kept),
    )
    if session.scalar(known) is None:
        row = QuarantinedFile(
            name=file.name, content_hash=kept, code=file.code, reason=file.reason,
            label=label, split=split,
        )  # fmt: skip
        session.add(row)
