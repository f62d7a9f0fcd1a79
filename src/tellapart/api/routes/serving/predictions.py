"""Images in, answers out."""

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Query, Request

from tellapart.api.logged_route import LoggedRoute, log_answer, log_refusal
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.serving.predictions import (
    BatchEntry,
    BatchPrediction,
    Prediction,
)
from tellapart.api.services import Services, ServicesDep
from tellapart.api.uploads.bodies import (
    BINARY,
    form_body,
    megabytes,
    read_form,
    read_image_body,
)
from tellapart.errors import InvalidRequest, PayloadTooLarge, TellapartError

router = APIRouter(prefix="/api/predict", tags=["predict"], route_class=LoggedRoute)

_MAX_BATCH = 64
# A batch may be as large as this many of the largest images.
_BATCH_LIMIT = 4
_IMAGE_BODY = form_body({"file": BINARY}, required=["file"], raw="image/*")
_BATCH_BODY = form_body({"files": {"type": "array", "items": BINARY}}, required=["files"])
Top = Annotated[int, Query(ge=1, le=1000, description="How many classes to answer.")]
Explain = Annotated[bool, Query(description="Tell where in the picture the class is seen.")]


@router.post("", openapi_extra=_IMAGE_BODY, responses=PROBLEMS[413, 415, 422, 503])
async def predict(
    request: Request,
    services: ServicesDep,
    top: Top = 5,
    explain: Explain = False,
) -> Prediction:
    """Which class is in the image."""
    data = await read_image_body(request, services.storage.settings.max_image_bytes)
    answer = await asyncio.wrap_future(services.engine.submit(data, top, explain=explain))
    log_answer(request, answer)
    return Prediction.of(answer)


@router.post("/batch", openapi_extra=_BATCH_BODY, responses=PROBLEMS[413, 415, 422, 503])
async def predict_batch(request: Request, services: ServicesDep, top: Top = 5) -> BatchPrediction:
    """Up to 64 images at once. A bad one fails alone, in its own entry."""
    limit = services.storage.settings.max_image_bytes * _BATCH_LIMIT
    async with read_form(request, limit, max_files=_MAX_BATCH) as form:
        files = [file for file in form.getlist("files") if not isinstance(file, str)]
        if not files:
            raise InvalidRequest(
                "The form has no files in the field 'files'. "
                "With curl: -F files=@a.jpg -F files=@b.jpg"
            )
        named = [(file.filename or "", await file.read()) for file in files]
    services.champion.require_ready()
    entries = [_entry(request, services, name, data, top) for name, data in named]
    return BatchPrediction(items=await asyncio.gather(*entries))


async def _entry(
    request: Request, services: Services, name: str, data: bytes, top: int
) -> BatchEntry:
    began = time.perf_counter()
    try:
        check_image_size(data, services.storage.settings.max_image_bytes)
        answer = await asyncio.wrap_future(services.engine.submit(data, top))
    except TellapartError as error:
        log_refusal(request, error, (time.perf_counter() - began) * 1000)
        return BatchEntry.refused(name, error)
    log_answer(request, answer)
    return BatchEntry.answered(name, answer)


def check_image_size(data: bytes, limit_bytes: int) -> None:
    """Refuse an image of a batch that alone would be too large.

    Raises:
        PayloadTooLarge: it is larger than the limit.
    """
    if len(data) > limit_bytes:
        raise PayloadTooLarge(
            f"The picture is larger than {megabytes(limit_bytes)}, the most that is read."
        )
