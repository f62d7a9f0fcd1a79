"""Training: what can be chosen, how to start it, and what more data would bring."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Body, Query

from tellapart.api.bodies import SmallBodyRoute
from tellapart.api.problems import PROBLEMS
from tellapart.api.routes.images import item_of
from tellapart.api.schemas.jobs import Job
from tellapart.api.schemas.training import (
    LearningCurve,
    Recommendation,
    RetrainRequest,
    TrainingOptions,
    WorthLabelling,
    WorthLabellingList,
)
from tellapart.api.services import ServicesDep
from tellapart.dataset.insights import read_insights
from tellapart.dataset.versions import latest_version
from tellapart.labeling.advice import read_advice, worth_labelling
from tellapart.training.choices import training_choices

router = APIRouter(prefix="/api", tags=["training"], route_class=SmallBodyRoute)

# All fields have defaults, so the body may be left out.
RetrainBody = Annotated[RetrainRequest, Body(default_factory=RetrainRequest)]


@router.post("/retrain", status_code=202, responses=PROBLEMS[413, 422])
def retrain(services: ServicesDep, body: RetrainBody) -> Job:
    """Train on the current data set version; answers with the job."""
    return Job.of(services.jobs.submit("train", body.model_dump()))


@router.get("/training-options")
def training_options(services: ServicesDep) -> TrainingOptions:
    """What can be chosen here, and what is best for the images of the data set."""
    with services.storage.database.reading() as session:
        insights = read_insights(session)
    found = asdict(training_choices(insights, services.storage.settings.scratch_max_px))
    advice = {name: found.pop(name) for name in Recommendation.model_fields}
    return TrainingOptions(**found, recommended=Recommendation(**advice))


@router.get("/learning-curve")
def get_learning_curve(services: ServicesDep) -> LearningCurve:
    """Whether more images would help, as it was computed last."""
    with services.storage.database.reading() as session:
        row, current = read_advice(session), latest_version(session)
    if row is None:
        fields = dict.fromkeys(LearningCurve.model_fields)
        return LearningCurve.model_validate({**fields, "points": []})
    return LearningCurve(
        **row.learning_curve,
        dataset_version=row.dataset_version,
        up_to_date=current is not None and current.id == row.dataset_version,
        computed_at=row.computed_at,
    )


@router.post("/learning-curve", status_code=202)
def compute_learning_curve(services: ServicesDep) -> Job:
    """Compute the learning curve and the images most worth a class; answers with the job."""
    active = services.jobs.unfinished("learning_curve", {})
    return Job.of(active or services.jobs.submit("learning_curve", {}))


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
