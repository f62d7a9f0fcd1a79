"""Model versions: numbers, files, and which one is in service."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response
from fastapi.responses import JSONResponse

from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.jobs import Job
from tellapart.api.schemas.models.model_versions import (
    Model,
    ModelPage,
    Promotion,
    PromotionPage,
    PromotionRequest,
)
from tellapart.api.services import ServicesDep
from tellapart.api.uploads.bodies import SmallBodyRoute
from tellapart.jobs.contracts import ExportFormat, ExportParams
from tellapart.workflows.models.promote_model import promote_by_hand, roll_back
from tellapart.workflows.models.read_model_file import read_model_file

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
    data = read_model_file(services.storage, version, export_format)
    if data is None:
        params = ExportParams.model_validate({"version": version, "format": export_format})
        job = Job.of(services.jobs.submit_once(params))
        return JSONResponse(job.model_dump(mode="json"), 202)
    ending = {"labels": "labels.txt", "int8": "int8.onnx"}.get(export_format, export_format)
    name = f'attachment; filename="tellapart-v{version}.{ending}"'
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.post("/api/models/{version}/promote", responses=PROBLEMS[404, 409, 413, 422])
def promote(version: Version, services: ServicesDep, body: PromotionBody) -> Promotion:
    """Put a version into service. It is loaded and tried first; there is no gap."""
    load = services.champion.load
    row, ready = promote_by_hand(services.registry, version, body.reason, load)
    services.champion.refresh(ready)
    return Promotion.model_validate(row)


@router.post("/api/models/rollback", responses=PROBLEMS[409, 413, 422])
def rollback(services: ServicesDep, body: PromotionBody) -> Promotion:
    """Put the champion before this one back into service."""
    row, ready = roll_back(services.registry, body.reason, services.champion.load)
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
