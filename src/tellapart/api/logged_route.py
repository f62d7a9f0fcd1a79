"""Routes that answer images: what they answer, and how they fail, goes into the log."""

import time
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from tellapart.api.problems.handlers import status_and_code
from tellapart.api.services import Services
from tellapart.errors import TellapartError
from tellapart.monitoring.records import FIRST_FAILURE, PredictionRecord
from tellapart.serving.engine import Answer
from tellapart.store.tables import now


class LoggedRoute(APIRoute):
    """A route of predictions. Its failures are logged here; it logs its answers by `log_answer`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, and a record in the log when it fails."""
        handler = super().get_route_handler()

        async def logged(request: Request) -> Response:
            began = time.perf_counter()
            try:
                response = await handler(request)
            except Exception as error:
                _log_failure(request, *status_and_code(error), began)
                raise
            if response.status_code >= FIRST_FAILURE:
                _log_failure(request, response.status_code, None, began)
            return response

        return logged


def log_answer(request: Request, answer: Answer) -> None:
    """Log what a model has answered to one image."""
    request.state.model_version = answer.model_version
    label, confidence = answer.scores[0]
    record = PredictionRecord(
        at=now(),
        route=_path(request),
        status=200,
        prediction_id=answer.prediction_id,
        model_version=answer.model_version,
        label=label,
        confidence=confidence,
        abstained_because=answer.abstained_because,
        distance_score=answer.distance_score,
        decode_ms=answer.decode_ms,
        queue_ms=answer.queue_ms,
        inference_ms=answer.inference_ms,
        total_ms=answer.total_ms,
    )
    _services(request).predictions.add(record)


def log_refusal(request: Request, error: TellapartError, total_ms: float) -> None:
    """Log one image of a batch that could not be answered."""
    record = PredictionRecord(now(), _path(request), error.status, total_ms, error.code)
    _services(request).predictions.add(record)


def _log_failure(request: Request, status: int, code: str | None, began: float) -> None:
    total_ms = (time.perf_counter() - began) * 1000
    record = PredictionRecord(now(), _path(request), status, total_ms, code)
    _services(request).predictions.add(record)


def _path(request: Request) -> str:
    path: str = request.scope["route"].path
    return path


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services
