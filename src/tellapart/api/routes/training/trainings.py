"""Training: what can be chosen, how to start it, and what more data would bring."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.routes.data.images import item_of
from tellapart.api.schemas.jobs import Job
from tellapart.api.schemas.training.trainings import (
    LastLearningCurve,
    Recommendation,
    TrainingOptions,
    WorthLabelling,
    WorthLabellingList,
)
from tellapart.api.services import Services, ServicesDep
from tellapart.api.uploads.bodies import (
    BINARY,
    SmallBodyRoute,
    form_body,
    invalid_body,
    limit,
    media_type_of,
)
from tellapart.api.uploads.retraining import FORM, retrain_with_zip
from tellapart.dataset.insights import read_insights
from tellapart.dataset.versions import latest_version
from tellapart.features.backbones.own_networks import backbones_in
from tellapart.jobs.contracts import (
    BUILT_IN_BACKBONE,
    LearningCurveParams,
    TrainOptions,
    TrainParams,
)
from tellapart.labeling.advice import learning_curve_of, read_advice, worth_labelling
from tellapart.store.storage import Storage
from tellapart.training.choices import check_backbone, training_choices
from tellapart.workflows.training.keep_resize_mode import way_in_service

router = APIRouter(prefix="/api", tags=["training"], route_class=SmallBodyRoute)

# Not of the small bodies: it may bring a ZIP.
_uploads = APIRouter()

_MAX_OPTIONS_BYTES = 64 * 1024
_ZIP_FIELD = "file"
Body = TypeVar("Body")
WhenBusy = Annotated[
    Literal["refuse", "queue"],
    Query(description="While a training runs or waits: answer 409 with its job, or wait for it."),
]
_BODY = form_body(
    {_ZIP_FIELD: {**BINARY, "description": "A ZIP of labelled pictures, imported first."}},
    json=TrainOptions,
    may_be_empty=True,
)


@_uploads.post(
    "/retrain",
    status_code=202,
    openapi_extra=_BODY,
    responses=PROBLEMS[408, 409, 413, 415, 422, 507],
)
async def retrain(request: Request, services: ServicesDep, when_busy: WhenBusy = "refuse") -> Job:
    """Train on the current data set; answers with the job. One training runs at a time.

    The options are JSON, or, beside a labelled ZIP in `file` that is imported first, form fields.
    """
    alone = when_busy == "refuse"
    if media_type_of(request) == FORM:
        options = partial(_options, services, TrainOptions.model_validate)
        return Job.of(await retrain_with_zip(request, services, _ZIP_FIELD, options, alone=alone))
    body = await limit(request, _MAX_OPTIONS_BYTES).body()
    asked = _options(services, TrainOptions.model_validate_json, body or b"{}")
    params = TrainParams(**dict(asked))
    return Job.of(await run_in_threadpool(services.jobs.submit, params, alone=alone))


def _options(services: Services, read: Callable[[Body], TrainOptions], body: Body) -> TrainOptions:
    try:
        asked = read(body)
    except ValidationError as error:
        raise invalid_body(error) from None
    if asked.backbone is not None:
        check_backbone(asked.backbone, _listed_backbones(services.storage))
    return asked


def _listed_backbones(storage: Storage) -> list[str]:
    """The backbones that the operator added."""
    return [*storage.settings.backbones, *backbones_in(storage.backbones)]


@router.get("/training-options")
def training_options(services: ServicesDep) -> TrainingOptions:
    """What can be chosen here, and what is best for the images of the data set."""
    with services.storage.database.reading() as session:
        insights = read_insights(session)
    listed = _listed_backbones(services.storage)
    longest = services.storage.settings.scratch_max_px
    found = asdict(training_choices(insights, longest, listed))
    advice = {name: found.pop(name) for name in ("recipe", "resize_mode", "why")}
    champion = services.registry.in_service()
    advice["backbone"] = (champion and champion.backbone) or BUILT_IN_BACKBONE
    if way := way_in_service(services.registry):
        advice["resize_mode"] = way.mode
    return TrainingOptions(**found, recommended=Recommendation(**advice))


@router.get("/learning-curve")
def get_learning_curve(services: ServicesDep) -> LastLearningCurve:
    """Whether more images would help, as it was computed last."""
    with services.storage.database.reading() as session:
        row, current = read_advice(session), latest_version(session)
    if row is None:
        return LastLearningCurve(curve=None, up_to_date=None, computed_at=None)
    return LastLearningCurve(
        curve=learning_curve_of(row),
        up_to_date=current is not None and current.id == row.dataset_version,
        computed_at=row.computed_at,
    )


@router.post("/learning-curve", status_code=202)
def compute_learning_curve(services: ServicesDep) -> Job:
    """Compute the learning curve and the images most worth a class; answers with the job."""
    return Job.of(services.jobs.submit_once(LearningCurveParams()))


@router.get("/worth-labelling", responses=PROBLEMS[422])
def list_worth_labelling(
    services: ServicesDep, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> WorthLabellingList:
    """Images without a class that would teach the model most, best first."""
    with services.storage.database.reading() as session:
        row, found = read_advice(session), worth_labelling(session, limit)
    items = [
        WorthLabelling(image=item_of(image), score=score, reason=reason)
        for image, score, reason in found
    ]
    return WorthLabellingList(items=items, computed_at=None if row is None else row.computed_at)


router.include_router(_uploads)
