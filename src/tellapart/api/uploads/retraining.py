"""Start a training with a labelled ZIP, which is imported first: for all routes that take one."""

from collections.abc import Callable, Mapping

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from tellapart.api.access import check_access
from tellapart.api.services import Services
from tellapart.api.uploads.bodies import announced_bytes, limit, media_type_of, pour
from tellapart.api.uploads.import_form import FileFields, ImportForm
from tellapart.api.uploads.staging import Upload, new_upload
from tellapart.errors import UnsupportedMediaType
from tellapart.jobs.contracts import ImportParams, TrainOptions, TrainParams
from tellapart.store.tables import Job

FORM = "multipart/form-data"
Options = Callable[[Mapping[str, str]], TrainOptions]


async def retrain_with_zip(
    request: Request, services: Services, field: str, options: Options, *, alone: bool = False
) -> Job:
    """Receive a ZIP in a form field and submit one job that imports it and trains.

    Args:
        request: its body is a multipart form.
        services: of the server.
        field: the form field of the ZIP.
        options: how to train, from the other fields of the form.
        alone: refuse when a training runs or waits already.

    Raises:
        AlreadyRunning: see `alone`; nothing was kept.
        UnsupportedMediaType, InvalidRequest, PayloadTooLarge, RequestTimeout: no usable form.
    """
    expected = FileFields(archive=field, loose=None)
    kind = media_type_of(request)
    if kind != FORM:
        raise UnsupportedMediaType(
            f"A body of type {kind or 'unknown'} is not read here. {expected.expected}"
        )
    settings = services.storage.settings
    if alone:
        await run_in_threadpool(services.jobs.check_idle, "train")
    body = limit(request, settings.max_upload_bytes)
    async with new_upload(services.storage, services.jobs, announced_bytes(request)) as upload:
        form = ImportForm(request.headers["content-type"], upload.file, 0, expected)
        await pour(body, form.write)
        form.finish(None)
        chosen = options(form.texts)
        await check_access(request)  # the key may have been revoked since the upload began
        return await run_in_threadpool(_submit, services, upload, form.name, chosen, alone)


def _submit(
    services: Services, upload: Upload, name: str, options: TrainOptions, alone: bool
) -> Job:
    upload.sync()
    archive = ImportParams(source=upload.key, name=name, delete_source=True)
    params = TrainParams(**dict(options), upload=archive)
    return services.jobs.submit(params, job_id=upload.job_id, alone=alone)
