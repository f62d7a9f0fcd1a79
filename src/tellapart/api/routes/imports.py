"""Pictures that come over HTTP: kept safe first, then imported by a job."""

import os
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from tellapart.api.bodies import BINARY, form_body, read_form
from tellapart.api.problems import PROBLEMS
from tellapart.api.schemas.jobs import Job
from tellapart.api.services import Services, ServicesDep
from tellapart.dataset.splits import SplitMode
from tellapart.errors import InvalidRequest, JobNotFound, PayloadTooLarge
from tellapart.jobs.queue import FINISHED, new_job_id

router = APIRouter(prefix="/api/imports", tags=["data"])

_CHUNK_BYTES = 1024 * 1024
_ARCHIVE = {**BINARY, "description": "A ZIP of labelled pictures."}
_LOOSE = {"type": "array", "items": BINARY, "description": "Loose pictures, kept unlabelled."}
_BODY = form_body({"file": _ARCHIVE, "files": _LOOSE})


@router.post("", status_code=202, openapi_extra=_BODY, responses=PROBLEMS[413, 415, 422])
async def start_import(
    request: Request,
    services: ServicesDep,
    split: Annotated[SplitMode, Query(description="Put all pictures into this split.")] = "auto",
) -> Job:
    """Import a ZIP (`file`), or up to 1,000 loose pictures (`files`); answers with the job."""
    settings = services.storage.settings
    limit = settings.max_loose_images
    async with read_form(request, settings.max_upload_bytes, max_files=limit + 1) as form:
        archive = form.get("file")
        loose = [file for file in form.getlist("files") if not isinstance(file, str)]
        if len(loose) > limit:
            raise PayloadTooLarge(
                f"{len(loose):,} pictures came, {limit:,} are taken at once; nothing was kept. "
                "Send them in parts, or as one ZIP."
            )
        if isinstance(archive, UploadFile) and not loose:
            return await run_in_threadpool(_submit_archive, services, archive, split)
        if loose and archive is None:
            return await run_in_threadpool(_submit_loose, services, loose)
    raise InvalidRequest(
        "Send either one ZIP in the field 'file', or loose pictures in the field 'files'. "
        "With curl: -F file=@pictures.zip"
    )


def _submit_archive(services: Services, upload: UploadFile, split: SplitMode) -> Job:
    with _kept(services) as (job_id, file):
        shutil.copyfileobj(upload.file, file, _CHUNK_BYTES)
    return _submit(services, job_id, _display_name(upload), split=split, unlabeled=False)


def _submit_loose(services: Services, uploads: Sequence[UploadFile]) -> Job:
    """Loose pictures become one stored ZIP, numbered, so that no two names can clash."""
    with _kept(services) as (job_id, file), zipfile.ZipFile(file, "w") as archive:
        for number, upload in enumerate(uploads):
            name = f"{number:04d}/{_picture_name(upload)}"
            with archive.open(name, "w", force_zip64=True) as entry:
                shutil.copyfileobj(upload.file, entry, _CHUNK_BYTES)
    name = f"{len(uploads)} loose pictures"
    return _submit(services, job_id, name, split="auto", unlabeled=True)


@contextmanager
def _kept(services: Services) -> Iterator[tuple[str, BinaryIO]]:
    """A file for the upload of a new job: synced at the end, gone when it could not be written."""
    job_id = new_job_id()
    path = _path(services, job_id)
    try:
        with path.open("xb") as file:
            yield job_id, file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _path(services: Services, job_id: str) -> Path:
    return services.storage.uploads / f"{job_id}.zip"


def _forget_finished(services: Services) -> None:
    """Remove what cancelled imports have left; one that runs may still need its upload."""
    for kept in services.storage.uploads.glob("*.zip"):
        try:
            finished = services.jobs.get(kept.stem).status in FINISHED
        except JobNotFound:  # it is being written just now
            continue
        if finished:
            kept.unlink(missing_ok=True)


def _submit(
    services: Services, job_id: str, name: str, *, split: SplitMode, unlabeled: bool
) -> Job:
    _forget_finished(services)
    params = {
        "source": str(_path(services, job_id).absolute()),
        "name": name,
        "split": split,
        "unlabeled": unlabeled,
        "delete_source": True,
    }
    return Job.of(services.jobs.submit("import", params, job_id=job_id))


def _picture_name(upload: UploadFile) -> str:
    """A name that an archive may have and that reads as a picture, whatever the client says."""
    name = PurePosixPath(_display_name(upload).lstrip(".") or "unnamed")
    return name.name if name.suffix else f"{name}.jpg"  # browsers call a pasted picture `blob`


def _display_name(upload: UploadFile) -> str:
    """The last part of the client's file name: shown, and never used as a path on disk."""
    name = PurePosixPath((upload.filename or "").replace("\\", "/")).name
    return name[-200:] or "unnamed"
