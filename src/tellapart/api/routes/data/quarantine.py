"""Files that no import could use: look at them, discard them, or try them again."""

from collections.abc import Iterator
from typing import Annotated, BinaryIO, cast
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.data.quarantine import QuarantinedFile, QuarantinePage
from tellapart.api.schemas.jobs import Job
from tellapart.api.services import ServicesDep
from tellapart.api.uploads.import_form import display_name
from tellapart.errors import NotFound
from tellapart.intake.quarantine import (
    discard_quarantined,
    find_quarantined,
    kept_bytes,
    list_quarantined,
    suggested_fix,
)
from tellapart.intake.sources.quarantine import QUARANTINE
from tellapart.jobs.contracts import ImportParams
from tellapart.store import tables
from tellapart.store.blobs import BlobStore

router = APIRouter(prefix="/api/quarantine", tags=["data"])

_CHUNK_BYTES = 64 * 1024


@router.get("", responses=PROBLEMS[422])
def list_quarantine(
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: str | None = None,
) -> QuarantinePage:
    """Files in quarantine, newest first, each with the reason and what to do about it."""
    with services.storage.database.reading() as session:
        page = list_quarantined(session, limit=limit, cursor=cursor)
    items = [_item(services.storage.blobs, row) for row in page.items]
    return QuarantinePage(items=items, next_cursor=page.next_cursor)


@router.post("/retry", status_code=202, responses=PROBLEMS[507])
def retry_quarantine(services: ServicesDep) -> Job:
    """Import what is in quarantine once more; files that can be used now leave it."""
    return Job.of(services.jobs.submit_once(ImportParams(source=QUARANTINE, name="quarantine")))


@router.get(
    "/{file_id}/file",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {}}}, **PROBLEMS[404, 422]},
)
def get_quarantined_file(file_id: int, services: ServicesDep) -> StreamingResponse:
    """The bytes of a file, as they came, to be saved and not to be shown."""
    with services.storage.database.reading() as session:
        row = find_quarantined(session, file_id)
    size_bytes = kept_bytes(services.storage.blobs, row)
    if size_bytes is None or row.content_hash is None:
        raise NotFound(f"The bytes of {row.name[:80]} were not kept. {suggested_fix(row.code)}")
    return StreamingResponse(
        _chunks(services.storage.blobs.open(row.content_hash)),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": _attachment(display_name(row.name)),
            "Content-Length": str(size_bytes),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@router.delete("/{file_id}", status_code=204, responses=PROBLEMS[404, 422, 507])
def discard_quarantined_file(file_id: int, services: ServicesDep) -> None:
    """Forget a file and its bytes."""
    discard_quarantined(services.storage, file_id)


def _attachment(name: str) -> str:
    quoted = quote(name)
    named = f'filename="{name}"' if quoted == name else f"filename*=utf-8''{quoted}"
    return f"attachment; {named}"


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while data := file.read(_CHUNK_BYTES):
            yield data


def _item(blobs: BlobStore, row: tables.QuarantinedFile) -> QuarantinedFile:
    size_bytes = kept_bytes(blobs, row)
    return QuarantinedFile(
        id=row.id,
        name=row.name,
        code=row.code,
        reason=row.reason,
        fix=suggested_fix(row.code),
        size_bytes=size_bytes,
        label=row.label,
        split=cast("tables.Split | None", row.split),
        created_at=row.created_at,
        file=None if size_bytes is None else f"/api/quarantine/{row.id}/file",
    )
