"""How an import puts files aside that it cannot use."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tellapart.errors import InvalidImage
from tellapart.intake.image_check import RefusedImage
from tellapart.intake.sources import RefusedFile
from tellapart.jobs.contracts import RejectedFile
from tellapart.store.locks import hold
from tellapart.store.storage import Storage
from tellapart.store.tables import QuarantinedFile, Split

# An archive may have names of 64 KB: more than an entry of an index can be.
_NAME_LENGTH = 500
# Longer than any class name can be, so it stays one that cannot be used.
_LABEL_LENGTH = 400


def quarantine(session: Session, refused: RefusedImage) -> None:
    """Quarantine a file whose blob has been published."""
    kept = refused.staged[0].name if refused.staged else None
    _write(session, refused.file, kept, refused.item.label, refused.item.split)


def quarantine_refused(storage: Storage, files: Iterable[RefusedFile]) -> Iterator[RejectedFile]:
    """Quarantine what the source itself refused; its bytes are kept where that is safe."""
    for file in files:
        rejected = RejectedFile(name=file.name, code=file.code, reason=file.reason)
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
    return storage.blobs.put(data)


def _write(
    session: Session, file: RejectedFile, kept: str | None, label: str | None, split: Split | None
) -> None:
    hold(session, "intake")
    name = file.name if len(file.name) <= _NAME_LENGTH else f"…{file.name[1 - _NAME_LENGTH :]}"
    known = select(QuarantinedFile.id).where(
        QuarantinedFile.name == name,
        QuarantinedFile.content_hash.is_not_distinct_from(kept),
    )
    if session.scalar(known) is None:
        row = QuarantinedFile(
            name=name, content_hash=kept, code=file.code, reason=file.reason,
            label=label and label[:_LABEL_LENGTH], split=split,
        )  # fmt: skip
        session.add(row)
