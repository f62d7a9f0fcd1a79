"""Pictures that come over HTTP: kept safe first, then imported by a job."""

import os
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Annotated

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
    job_id = new_job_id()
    kept = services.storage.uploads / f"{job_id}.zip"
    with kept.open("xb") as file:
        shutil.copyfileobj(upload.file, file, 1024 * 1024)
        file.flush()
        os.fsync(file.fileno())
    return _submit(services, job_id, kept, _display_name(upload), split=split, unlabeled=False)


def _submit_loose(services: Services, uploads: Sequence[UploadFile]) -> Job:
    """Loose pictures become one stored ZIP, numbered, so that no two names can clash."""
    job_id = new_job_id()
    kept = services.storage.uploads / f"{job_id}.zip"
    with kept.open("xb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for number, upload in enumerate(uploads):
                name = f"{number:04d}/{_picture_name(upload)}"
                with archive.open(name, "w", force_zip64=True) as entry:
                    shutil.copyfileobj(upload.file, entry, 1024 * 1024)
        file.flush()
        os.fsync(file.fileno())
    name = f"{len(uploads)} loose pictures"
    return _submit(services, job_id, kept, name, split="auto", unlabeled=True)


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
    services: Services, job_id: str, kept: Path, name: str, *, split: SplitMode, unlabeled: bool
) -> Job:
    _forget_finished(services)
    params = {
        "source": str(kept.absolute()),
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
