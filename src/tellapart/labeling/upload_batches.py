"""Batches of images that came without a class, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tellapart.dataset.issues import refresh_counts, refresh_leaks
from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import current_states, write_version
from tellapart.errors import NotFound
from tellapart.store.database import chunks
from tellapart.store.locks import hold
from tellapart.store.tables import DatasetEntry, Image, Job, UploadBatch

BatchStatus = Literal["importing", "ready", "failed", "training", "used"]


@dataclass(frozen=True)
class BatchFile:
    """A file of a batch: the client's name, its size, the BLAKE3 hash of its bytes."""

    name: str
    size_bytes: int
    content_hash: str


@dataclass(frozen=True)
class ListedBatch:
    """A batch and how far it is."""

    id: int
    status: BatchStatus
    files: int
    size_bytes: int
    created_at: datetime


def add_batch(session: Session, import_job_id: str, files: Sequence[BatchFile]) -> int:
    """Keep a batch that a job imports; its number."""
    rows = [
        {"name": each.name, "size_bytes": each.size_bytes, "content_hash": each.content_hash}
        for each in files
    ]
    batch = UploadBatch(import_job_id=import_job_id, files=rows)
    session.add(batch)
    session.flush()
    return batch.id


def get_batch(session: Session, batch_id: int) -> UploadBatch:
    """One batch.

    Raises:
        NotFound: there is none of this number.
    """
    batch = session.get(UploadBatch, batch_id) if abs(batch_id) < 2**31 else None
    if batch is None:
        raise NotFound(f"There is no batch {batch_id}. GET /data/batches lists those there are.")
    return batch


def content_hashes(batch: UploadBatch) -> list[str]:
    """The hashes of the files of a batch."""
    return [str(file["content_hash"]) for file in batch.files]


def list_batches(session: Session) -> list[ListedBatch]:
    """All batches, newest first."""
    rows = session.scalars(select(UploadBatch).order_by(UploadBatch.id.desc())).all()
    return [
        ListedBatch(
            id=row.id,
            status=_status(session, row),
            files=len(row.files),
            size_bytes=sum(int(file["size_bytes"]) for file in row.files),
            created_at=row.created_at,
        )
        for row in rows
    ]


def clear_batches(session: Session, *, author: str) -> tuple[int, int]:
    """Forget the batches that no training has used, and what they alone have brought.

    An image goes when its batch has added it to the data set and nobody has said anything of it
    since. It stays in earlier versions of the data set, which can be restored.

    Returns:
        How many batches, and how many images are gone.
    """
    hold(session, "dataset")
    gone: dict[int, ImageState | None] = {}
    batches = [
        row for row in session.scalars(select(UploadBatch))
        if _status(session, row) in ("ready", "failed")
    ]  # fmt: skip
    for batch in batches:
        job = session.get(Job, batch.import_job_id)
        result = {} if job is None else job.result or {}
        if result.get("added"):
            gone |= dict.fromkeys(_untouched(session, batch, int(result["dataset_version"])))
        session.delete(batch)
    if gone:
        reason = f"Cleared {len(gone):,} uploaded pictures that no training has used"
        write_version(session, gone, author=author, reason=reason)
        refresh_leaks(session, gone)
        refresh_counts(session)
    return len(batches), len(gone)


def _untouched(session: Session, batch: UploadBatch, version: int) -> list[int]:
    """The images that this dataset version added, and that are as they came."""
    ids: list[int] = []
    for chunk in chunks(content_hashes(batch)):
        query = (
            select(Image.id)
            .join(DatasetEntry, DatasetEntry.image_id == Image.id)
            .where(
                Image.content_hash.in_(chunk),
                DatasetEntry.added_in == version,
                DatasetEntry.removed_in.is_(None),
                DatasetEntry.class_id.is_(None),
                DatasetEntry.excluded.is_(False),
            )
        )
        ids.extend(session.scalars(query))
    return list(current_states(session, ids))


def _status(session: Session, batch: UploadBatch) -> BatchStatus:
    training = _job_status(session, batch.training_job_id)
    if training == "succeeded":
        return "used"
    if training in ("queued", "running"):
        return "training"
    imported = _job_status(session, batch.import_job_id)
    if imported == "succeeded":
        return "ready"
    return "importing" if imported in ("queued", "running") else "failed"


def _job_status(session: Session, job_id: str | None) -> str | None:
    job = None if job_id is None else session.get(Job, job_id)
    return None if job is None else job.status
