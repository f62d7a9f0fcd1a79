"""Root paths of the two earlier systems that take images in and train on them."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from tellapart.api.access import check_access
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.routes.data.images import AUTHOR
from tellapart.api.schemas import classic as schemas
from tellapart.api.services import Services, ServicesDep
from tellapart.api.uploads.bodies import (
    BINARY,
    announced_bytes,
    form_body,
    limit,
    media_type_of,
    pour,
)
from tellapart.api.uploads.import_form import FileFields, ImportForm
from tellapart.api.uploads.retraining import FORM, retrain_with_zip
from tellapart.api.uploads.staging import Upload, new_upload
from tellapart.errors import (
    JobCancelled,
    PayloadTooLarge,
    UnsupportedMediaType,
    WrongFileCount,
)
from tellapart.jobs.contracts import (
    ImportParams,
    TrainingResult,
    TrainOptions,
    TrainParams,
    result_of,
)
from tellapart.jobs.failures import error_of
from tellapart.jobs.queue import FINISHED
from tellapart.labeling.upload_batches import (
    add_batch,
    clear_batches,
    get_batch,
    list_batches,
)
from tellapart.store.tables import Job

router = APIRouter(tags=["earlier clients"])

_POLL_S = 0.3
_ARCHIVE_FIELD = "data_zip"
_IMAGES = FileFields(archive=None, loose="files")
_RETRAIN_BODY = form_body({_ARCHIVE_FIELD: BINARY}, may_be_empty=True)
_FILES_BODY = form_body({"files": {"type": "array", "items": BINARY}}, required=["files"])
_STATES = {
    "queued": "running", "running": "running", "succeeded": "completed", "failed": "failed",
    "cancelled": "failed",
}  # fmt: skip


@router.post(
    "/retrain",
    openapi_extra=_RETRAIN_BODY,
    responses=PROBLEMS[404, 408, 409, 413, 415, 422, 503, 507],
)
async def retrain(
    request: Request,
    services: ServicesDep,
    batch_id: Annotated[int | None, Query(description="A batch of `/upload/data`.")] = None,
) -> schemas.RetrainAnswer:
    """Train on all images, and promote what is better.

    A labelled ZIP (`data_zip`) is imported first, and the answer comes when all is done. With
    `batch_id`, the images of that upload get pseudo-labels, and `/retrain/status` says how far it
    is.
    """
    if batch_id is not None:
        return await run_in_threadpool(_retrain_batch, services, batch_id)
    options = TrainOptions(recipe=services.storage.settings.classic_recipe)
    job = await retrain_with_zip(
        request, services, _ARCHIVE_FIELD, lambda _fields: options, alone=True
    )
    return await run_in_threadpool(_retrained, services, await _finished(services, job.id))


@router.get("/retrain/status")
def retrain_status(services: ServicesDep) -> schemas.RetrainStatus:
    """How far the last retraining is."""
    job = services.jobs.newest("train")
    if job is None:
        return schemas.RetrainStatus(
            status="idle", progress=0, message="Nothing was retrained yet."
        )
    result = result_of(job)
    reason = result.reason if isinstance(result, TrainingResult) else None
    message = job.error_detail or reason or job.stage or "Waiting"
    return schemas.RetrainStatus.model_validate(
        {
            "status": _STATES[job.status],
            "progress": round(100 * (job.progress or 0.0)),
            "message": message,
            "job_id": job.id,
        }
    )


@router.post(
    "/upload/data", openapi_extra=_FILES_BODY, responses=PROBLEMS[400, 408, 413, 415, 422, 507]
)
async def upload_data(request: Request, services: ServicesDep) -> schemas.UploadAnswer:
    """Take up to 1,000 images without a class, for `POST /retrain?batch_id=…`."""
    kind = media_type_of(request)
    if kind != FORM:
        raise UnsupportedMediaType(
            f"A body of type {kind or 'unknown'} is not read here. {_IMAGES.expected}"
        )
    settings = services.storage.settings
    body = limit(request, settings.max_upload_bytes)
    async with new_upload(services.storage, services.jobs, announced_bytes(request)) as upload:
        form = ImportForm(
            request.headers["content-type"], upload.file, settings.max_loose_images, _IMAGES
        )
        try:
            await pour(body, form.write)
            await run_in_threadpool(form.finish, None)
        except PayloadTooLarge as error:
            form.discard()
            if len(form.files) < settings.max_loose_images:
                raise
            raise WrongFileCount(str(error)) from None
        except BaseException:
            form.discard()
            raise
        await check_access(request)  # the key may have been revoked since the upload began
        return await run_in_threadpool(_keep_batch, services, upload, form)


@router.get("/data/batches")
def data_batches(services: ServicesDep) -> schemas.BatchList:
    """The uploads of images without a class, newest first."""
    with services.storage.database.reading() as session:
        found = list_batches(session)
    batches = [
        schemas.Batch(
            batch_id=each.id,
            status=each.status,
            num_files=each.files,
            size_bytes=each.size_bytes,
            created_at=each.created_at,
        )
        for each in found
    ]
    return schemas.BatchList(batches=batches, total=len(batches))


@router.delete("/data/clear")
def clear_data(services: ServicesDep) -> schemas.ClearAnswer:
    """Remove uploads that no training has used; labelled images and models stay."""
    with services.storage.database.writing() as session:
        batches, images = clear_batches(session, author=AUTHOR)
    return schemas.ClearAnswer(
        message=f"{batches:,} unused uploads cleared, {images:,} pictures removed.",
        batches_cleared=batches,
        images_removed=images,
    )


def _keep_batch(services: Services, upload: Upload, form: ImportForm) -> schemas.UploadAnswer:
    upload.sync()
    params = ImportParams(source=upload.key, name=form.name, unlabeled=True, delete_source=True)
    job = services.jobs.submit(params, job_id=upload.job_id)
    with services.storage.database.writing() as session:
        batch_id = add_batch(session, job.id, form.files)
    return schemas.UploadAnswer(
        message=f"{len(form.files):,} pictures uploaded.",
        batch_id=batch_id,
        files=[
            schemas.UploadedFile(filename=each.name, size=each.size_bytes) for each in form.files
        ],
        job_id=job.id,
    )


def _retrain_batch(services: Services, batch_id: int) -> schemas.RetrainAnswer:
    with services.storage.database.reading() as session:
        get_batch(session, batch_id)
    services.registry.champion()
    params = TrainParams(
        recipe=services.storage.settings.classic_recipe, pseudo_labels=True, batch_id=batch_id
    )
    job = services.jobs.submit(params, alone=True)
    with services.storage.database.writing() as session:
        get_batch(session, batch_id).training_job_id = job.id
    return schemas.RetrainAnswer(
        message="Retraining has started. GET /retrain/status says how far it is.",
        batch_id=batch_id,
        job_id=job.id,
    )


async def _finished(services: Services, job_id: str) -> Job:
    while True:
        job = await run_in_threadpool(services.jobs.get, job_id)
        if job.status in FINISHED:
            return job
        await asyncio.sleep(_POLL_S)


def _retrained(services: Services, job: Job) -> schemas.RetrainAnswer:
    if job.status == "cancelled":
        raise JobCancelled("The retraining was cancelled; the model in service is the same.")
    result = result_of(job)
    if not isinstance(result, TrainingResult):
        raise error_of(job.error_code, job.error_detail)
    services.champion.refresh()
    version = result.model_version
    where = "is in service" if result.promoted else "was not put into service"
    return schemas.RetrainAnswer(
        message=f"Retrained: version {version} {where}. {result.reason}",
        new_classes=list(services.registry.get(version).row.class_names),
        job_id=job.id,
        model_version=version,
        promoted=result.promoted,
    )
