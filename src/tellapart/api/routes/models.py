"""Model versions: numbers, files, and which one is in service."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response
from fastapi.responses import JSONResponse

from tellapart.api.bodies import SmallBodyRoute
from tellapart.api.problems import PROBLEMS
from tellapart.api.schemas.jobs import Job
from tellapart.api.schemas.models import (
    Model,
    ModelPage,
    Promotion,
    PromotionPage,
    PromotionRequest,
)
from tellapart.api.services import Services, ServicesDep
from tellapart.jobs.contracts import ExportFormat, ExportParams, KerasFormat

router = APIRouter(tags=["models"], route_class=SmallBodyRoute)

Version = Annotated[int, Path(ge=1)]
Limit = Annotated[int, Query(ge=1, le=200)]
# All fields have defaults, so the body may be left out.
PromotionBody = Annotated[PromotionRequest, Body(default_factory=PromotionRequest)]


@router.get("/api/models", responses=PROBLEMS[422])
def list_models(services: ServicesDep, limit: Limit = 50, cursor: str | None = None) -> ModelPage:
    """Versions, newest first."""
    page = services.registry.page(limit=limit, cursor=cursor)
    return ModelPage.of(page.items, page.next_cursor)


@router.get("/api/models/{version}", responses=PROBLEMS[404, 422])
def get_model(version: Version, services: ServicesDep) -> Model:
    """One version."""
    return Model.of(services.registry.get(version))


@router.get(
    "/api/models/{version}/download",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        202: {
            "model": Job,
            "description": "The file is being made; ask again when the job is done.",
        },
        **PROBLEMS[404, 422],
    },
)
def download_model(
    version: Version,
    services: ServicesDep,
    export_format: Annotated[ExportFormat, Query(alias="format")] = "onnx",
) -> Response:
    """The model as a file; one that has to be made first is answered 202 with the job.

    `labels` are the class names in the order of the probabilities, one a line.
    """
    found = services.registry.get(version)
    files = {file.format: file for file in found.artifacts}
    if export_format == "labels":
        data = "".join(f"{name}\n" for name in found.row.class_names).encode()
    elif export_format in ("keras", "h5") and export_format not in files:
        job = _export_job(services, version, export_format)
        return JSONResponse(job.model_dump(mode="json"), 202)
    else:
        data = services.storage.blobs.read_checked(found.artifact(export_format).content_hash)
    ending = {"labels": "labels.txt", "int8": "int8.onnx"}.get(export_format, export_format)
    name = f'attachment; filename="tellapart-v{version}.{ending}"'
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.post("/api/models/{version}/promote", responses=PROBLEMS[404, 409, 413, 422])
def promote(version: Version, services: ServicesDep, body: PromotionBody) -> Promotion:
    """Put a version into service. It is loaded and tried first; there is no gap."""
    ready = services.champion.load(version)
    row = services.registry.promote(version, body.reason or "Promoted by hand.")
    services.champion.refresh(ready)
    return Promotion.model_validate(row)


@router.post("/api/models/rollback", responses=PROBLEMS[409, 413, 422])
def rollback(services: ServicesDep, body: PromotionBody) -> Promotion:
    """Put the champion before this one back into service."""
    target = services.registry.rollback_target()
    ready = None if target is None else services.champion.load(target)
    row = services.registry.rollback(body.reason or "Rolled back by hand.")
    services.champion.refresh(ready)
    return Promotion.model_validate(row)


@router.get("/api/promotions", responses=PROBLEMS[422])
def list_promotions(
    services: ServicesDep, limit: Limit = 50, cursor: str | None = None
) -> PromotionPage:
    """Changes of champion, newest first."""
    page = services.registry.promotions(limit=limit, cursor=cursor)
    items = [Promotion.model_validate(row) for row in page.items]
    return PromotionPage(items=items, next_cursor=page.next_cursor)


def _export_job(services: Services, version: int, export_format: KerasFormat) -> Job:
    params = ExportParams(version=version, format=export_format)
    return Job.of(services.jobs.unfinished(params) or services.jobs.submit(params))
