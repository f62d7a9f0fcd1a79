"""Images that come over HTTP: kept safe first, then imported by a job."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from tellapart.api.access import check_access
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.data.imports import FolderCounts, ImportRequest
from tellapart.api.schemas.jobs import Job
from tellapart.api.services import Services, ServicesDep
from tellapart.api.uploads.bodies import (
    BINARY,
    LargeBodyRoute,
    announced_bytes,
    form_body,
    invalid_body,
    limit,
    media_type_of,
    pour,
)
from tellapart.api.uploads.import_form import ImportForm, display_name
from tellapart.api.uploads.staging import Upload, new_upload
from tellapart.dataset.class_names import clean_class_name
from tellapart.errors import InvalidRequest, UnsupportedMediaType
from tellapart.intake.preview import ImportPreview, preview_folders
from tellapart.intake.sources.quarantine import QUARANTINE
from tellapart.intake.sources.specs import is_remote
from tellapart.jobs.contracts import GROUP_BY_NAME, ImportOptions, ImportParams, SplitMode
from tellapart.jobs.payloads import checked
from tellapart.settings import Settings

router = APIRouter(prefix="/api", tags=["data"])
_previews = APIRouter(route_class=LargeBodyRoute)

_ZIP = ("application/zip", "application/x-zip-compressed")
_FORM = "multipart/form-data"
_MAX_REQUEST_BYTES = 64 * 1024
_ARCHIVE = {**BINARY, "description": "A ZIP of labelled pictures."}
_LOOSE = {"type": "array", "items": BINARY, "description": "Loose pictures."}
_LABEL = {"type": "string", "description": "The class of the loose pictures, if it is known."}
# As in the address; what the form says counts.
_OPTIONS = {name: {"type": "string"} for name in ImportOptions.model_fields}
_BODY = form_body(
    {"file": _ARCHIVE, "files": _LOOSE, "label": _LABEL, **_OPTIONS},
    raw=_ZIP[0],
    json=ImportRequest,
)


@router.post(
    "/imports", status_code=202, openapi_extra=_BODY, responses=PROBLEMS[408, 413, 415, 422, 507]
)
async def start_import(
    request: Request,
    services: ServicesDep,
    split: Annotated[SplitMode, Query(description="Put all pictures into this split.")] = "auto",
    label: Annotated[str | None, Query(description="The class of loose pictures.")] = None,
    name: Annotated[str, Query(description="What to call a ZIP that is the body.")] = "upload.zip",
    unlabeled: Annotated[
        bool, Query(description="Take the pictures of a ZIP without their classes.")
    ] = False,
    folders: Annotated[
        bool,
        Query(description="The names of loose pictures are paths: read them as those of a ZIP."),
    ] = False,
    group_by: Annotated[
        str,
        Query(
            description="Which pictures go to one split together: `auto`, those whose names show "
            "it; `none`; or a regular expression, those in whose path it finds the same."
        ),
    ] = GROUP_BY_NAME,
) -> Job:
    """Import a ZIP, up to 1,000 loose images, or a data set by its name; answers with the job."""
    kind = media_type_of(request)
    if kind == "application/json":
        return await _start_named(request, services)
    if kind != _FORM and kind not in _ZIP:
        raise UnsupportedMediaType(
            f"A body of type {kind or 'unknown'} is not read here. Send multipart/form-data with "
            "one ZIP in 'file' or pictures in 'files', a ZIP as application/zip, or JSON."
        )
    asked = {"split": split, "unlabeled": unlabeled, "group_by": group_by}
    options = checked(ImportOptions, asked)
    settings = services.storage.settings
    body = limit(request, settings.max_upload_bytes)
    async with new_upload(services.storage, services.jobs, announced_bytes(request)) as upload:
        params = ImportParams(
            **dict(options), source=upload.key, name=display_name(name), delete_source=True
        )
        if kind == _FORM:
            form = ImportForm(
                body.headers["content-type"],
                upload.file,
                settings.max_archive_entries if folders else settings.max_loose_images,
                keep_paths=folders,
            )
            params = await _receive_form(body, form, settings, label, params)
        else:
            await pour(body, upload.file.write)
        await check_access(request)  # the key may have been revoked since the upload began
        return await run_in_threadpool(_submit, services, upload, params)


@_previews.post("/import-previews", responses=PROBLEMS[413, 422])
def preview_import(counts: FolderCounts, services: ServicesDep) -> ImportPreview:
    """Which classes and splits folders would become, by the layouts of a ZIP; nothing is kept."""
    longest = services.storage.settings.max_class_name_length
    return preview_folders(counts.folders, max_class_name_length=longest)


async def _start_named(request: Request, services: Services) -> Job:
    data = bytearray()
    await pour(limit(request, _MAX_REQUEST_BYTES), data.extend)
    try:
        asked = ImportRequest.model_validate_json(bytes(data))
    except ValidationError as error:
        raise invalid_body(error) from None
    if asked.source != QUARANTINE and not is_remote(asked.source):
        raise InvalidRequest(
            f"{asked.source[:80]!r} is no data set that a server can fetch by its name. Name one "
            "like cifar10 or hf:owner/name; send pictures of your own as a ZIP."
        )
    params = ImportParams(**asked.model_dump(), name=asked.source)
    return Job.of(await run_in_threadpool(services.jobs.submit, params))


async def _receive_form(
    body: Request, form: ImportForm, settings: Settings, label: str | None, params: ImportParams
) -> ImportParams:
    """Write what a form brings into the upload; how it is to be imported."""
    try:
        await pour(body, form.write)
        label = form.label or label
        if label is not None:
            label = clean_class_name(label, max_length=settings.max_class_name_length)
        told = {name: text for name, text in form.texts.items() if name in _OPTIONS}
        options = checked(ImportOptions, {**params.model_dump(include={*_OPTIONS}), **told})
        await run_in_threadpool(form.finish, label)
    except BaseException:
        form.discard()
        raise
    if form.loose and label is None and not form.keeps_paths:
        options = ImportOptions(unlabeled=True, group_by=options.group_by)
    return params.model_copy(update={"name": form.name, **dict(options)})


def _submit(services: Services, upload: Upload, params: ImportParams) -> Job:
    upload.sync()
    return Job.of(services.jobs.submit(params, job_id=upload.job_id))


router.include_router(_previews)
