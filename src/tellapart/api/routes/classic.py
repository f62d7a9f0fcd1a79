"""Root paths of the two earlier systems that answer: their words, the use cases of `/api`."""

import asyncio
import time
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from tellapart.api.logged_route import LoggedRoute, log_answer, log_refusal
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.routes.data.images import get_image_file
from tellapart.api.routes.serving.predictions import check_image_size
from tellapart.api.schemas import classic as schemas
from tellapart.api.services import Services, ServicesDep
from tellapart.api.uploads.bodies import BINARY, form_body, read_form, single_file
from tellapart.dataset.insights import Insights
from tellapart.errors import NotFound, TellapartError, WrongFileCount
from tellapart.monitoring.summary import read_total
from tellapart.package.format import OUTPUT
from tellapart.serving.engine import Answer
from tellapart.store.tables import now

router = APIRouter(tags=["earlier clients"])
_predicting = APIRouter(route_class=LoggedRoute)

_ALL_CLASSES = 1_000_000
_TOP = 3
_FEWEST, _MOST = 2, 64
# A batch may be as large as this many of the largest images.
_BATCH_LIMIT = 4
_FORM_OVERHEAD_BYTES = 64 * 1024
_FILE_BODY = form_body({"file": BINARY}, required=["file"])
_FILES_BODY = form_body({"files": {"type": "array", "items": BINARY}}, required=["files"])


@_predicting.post("/predict", openapi_extra=_FILE_BODY, responses=PROBLEMS[413, 415, 422, 503])
async def predict(request: Request, services: ServicesDep) -> schemas.PredictAnswer:
    """Which class is in the image."""
    limit = services.storage.settings.max_image_bytes + _FORM_OVERHEAD_BYTES
    async with read_form(request, limit, max_files=1) as form:
        file = single_file(form)
        name, data = file.filename or "", await file.read()
    names, answer = await _answer(request, services, data)
    found = _prediction(names, answer)
    return schemas.PredictAnswer(
        predicted_class=found.predicted_class,
        confidence=found.confidence,
        raw_predictions=[list(found.all_probabilities.values())],
        filename=name,
        prediction=found,
    )


@_predicting.post(
    "/predict/batch", openapi_extra=_FILES_BODY, responses=PROBLEMS[400, 413, 415, 503]
)
async def predict_batch(request: Request, services: ServicesDep) -> schemas.BatchAnswer:
    """Two to 64 images at once. A bad one fails alone, in its own entry."""
    begun = time.perf_counter()
    limit = services.storage.settings.max_image_bytes * _BATCH_LIMIT
    async with read_form(request, limit, max_files=_MOST) as form:
        files = [file for file in form.getlist("files") if not isinstance(file, str)]
        if len(files) < _FEWEST:
            fields = ", ".join(repr(name) for name in form) or "none"
            raise WrongFileCount(
                f"The form has {len(files)} files in the field 'files' (fields that came: "
                f"{fields}). Send {_FEWEST} to {_MOST}; a single picture goes to /predict."
            )
        named = [(file.filename or "", await file.read()) for file in files]
    services.champion.require_ready()
    items = (_batch_item(request, services, name, data) for name, data in named)
    found = await asyncio.gather(*items)
    seconds = time.perf_counter() - begun
    return schemas.BatchAnswer(
        batch_size=len(found),
        predictions=found,
        total_time=seconds,
        avg_time_per_image=seconds / len(found),
    )


@router.get("/data-insights", response_model=schemas.ClassicInsights)
async def data_insights(services: ServicesDep) -> Response:
    """What is in the data set, made ready when it changes."""
    made = services.classic_insights
    body = made.fresh() or await run_in_threadpool(made.make, _encode_insights)
    return Response(body, media_type="application/json")


@router.get(
    "/data-images/{path:path}",
    response_class=Response,
    responses={200: {"content": {"image/*": {}}}, **PROBLEMS[404]},
)
def get_data_image(path: str, services: ServicesDep) -> Response:
    """An image that `/data-insights` names."""
    if not (path.isascii() and path.isdecimal()):
        raise NotFound(f"There is no picture {path[:80]!r}. /data-insights names some.")
    return get_image_file(int(path), services)


@router.get("/health")
def health(services: ServicesDep) -> schemas.Health:
    """The server answers; `model_loaded` says whether it can predict."""
    model = services.engine.model
    return schemas.Health(
        status="no_model" if model is None else "healthy",
        model_loaded=model is not None,
        model_version=None if model is None else model.version,
        timestamp=now(),
    )


@router.get("/model/info", responses=PROBLEMS[503])
def model_info(services: ServicesDep) -> schemas.ModelInfoAnswer:
    """The model in service."""
    services.champion.require_ready()
    model = services.engine.model
    assert model is not None
    row = services.registry.get(model.version).row
    names = list(model.package.class_names)
    found = schemas.ModelInfo(
        class_names=names,
        num_classes=len(names),
        input_shape=list(model.session.input_shape),
        output_shape=list(model.session.output_shapes[OUTPUT]),
        total_params=row.report.get("total_params"),
        model_version=row.version,
        recipe=row.recipe,
        backbone=row.backbone,
    )
    return schemas.ModelInfoAnswer(model_info=found)


@router.get("/model/stats")
def model_stats(services: ServicesDep) -> schemas.ModelStatsAnswer:
    """All predictions of this workspace that were answered and logged."""
    with services.storage.database.reading() as session:
        total = read_total(session)
    count, best = total.answered, total.classes.most_common(1)
    found = schemas.ModelStats(
        total_predictions=count,
        average_confidence=total.confidence_sum / count if count else None,
        average_prediction_time=total.total_ms_sum / count / 1000 if count else None,
        class_distribution=dict(total.classes),
        most_predicted_class=best[0][0] if best else None,
    )
    return schemas.ModelStatsAnswer(**found.model_dump(), stats=found)


async def _answer(
    request: Request, services: Services, data: bytes
) -> tuple[tuple[str, ...], Answer]:
    """The answer for an image, and the classes of the version that gave it, in its order."""
    model = services.engine.model
    answer = await asyncio.wrap_future(services.engine.submit(data, _ALL_CLASSES))
    log_answer(request, answer)
    if model is not None and model.version == answer.model_version:
        return model.package.class_names, answer
    found = await run_in_threadpool(services.registry.get, answer.model_version)
    return tuple(found.row.class_names), answer


async def _batch_item(
    request: Request, services: Services, name: str, data: bytes
) -> schemas.BatchItem | schemas.BatchFailure:
    begun = time.perf_counter()
    try:
        check_image_size(data, services.storage.settings.max_image_bytes)
        found = _prediction(*await _answer(request, services, data))
    except TellapartError as error:
        log_refusal(request, error, (time.perf_counter() - begun) * 1000)
        detail = str(error)
        return schemas.BatchFailure(filename=name, error=detail, detail=detail, code=error.code)
    return schemas.BatchItem(filename=name, **dict(found))


def _prediction(names: Sequence[str], answer: Answer) -> schemas.ClassicPrediction:
    best, confidence = answer.scores[0]
    scores = dict(answer.scores)
    return schemas.ClassicPrediction(
        predicted_class=best,
        predicted_class_index=names.index(best),
        confidence=confidence,
        prediction_time=answer.total_ms / 1000,
        timestamp=now(),
        top_3_predictions=[
            schemas.ClassProbability(label=label, probability=score)
            for label, score in answer.scores[:_TOP]
        ],
        all_probabilities={name: scores[name] for name in names},
        prediction_id=answer.prediction_id,
        model_version=answer.model_version,
        abstained=answer.abstained,
    )


def _encode_insights(found: Insights) -> bytes:
    answer = schemas.ClassicInsights(
        class_distribution=found.class_counts(),
        sample_images={name: [str(each) for each in ids] for name, ids in found.samples.items()},
        image_dimensions=found.dimensions,
    )
    return answer.model_dump_json().encode()


router.include_router(_predicting)
