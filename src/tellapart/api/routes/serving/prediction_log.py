"""The log of predictions, and feedback on them."""

import time
from typing import Annotated

from fastapi import APIRouter, Query

from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.serving.prediction_log import (
    Feedback,
    FeedbackRequest,
    LoggedPrediction,
    LoggedPredictionPage,
    PredictionQuery,
)
from tellapart.api.services import Services, ServicesDep
from tellapart.api.uploads.bodies import SmallBodyRoute
from tellapart.monitoring.feedback import Verdict, check_verdict, give_feedback, has_prediction
from tellapart.monitoring.history import list_predictions

router = APIRouter(prefix="/api/predictions", tags=["monitoring"], route_class=SmallBodyRoute)

# Another process of this server may have answered, and its log may be written this much later.
_LOGGED_WITHIN_S = 1.5
_LOOK_AGAIN_S = 0.25
_ID_LENGTH = 32


@router.get("", responses=PROBLEMS[422])
def get_predictions(
    services: ServicesDep, query: Annotated[PredictionQuery, Query()]
) -> LoggedPredictionPage:
    """Predictions, newest first: all, or those for which everything that is given holds."""
    with services.storage.database.reading() as session:
        page = list_predictions(session, query.filter, limit=query.limit, cursor=query.cursor)
    items = [LoggedPrediction.with_feedback(found) for found in page.items]
    return LoggedPredictionPage(items=items, next_cursor=page.next_cursor)


@router.post("/{prediction_id}/feedback", responses=PROBLEMS[404, 413, 422])
def post_feedback(prediction_id: str, body: FeedbackRequest, services: ServicesDep) -> Feedback:
    """Say which class was right, or whether the answer was; what was said before is replaced."""
    verdict = Verdict(body.label, body.correct)
    check_verdict(verdict)
    _wait_for_log(services, prediction_id)
    with services.storage.database.writing() as session:
        row = give_feedback(session, prediction_id, verdict)
    return Feedback.model_validate(row)


def _wait_for_log(services: Services, prediction_id: str) -> None:
    """Wait for a prediction that may just have been answered; it is logged a moment later."""
    services.predictions.flush()
    last = time.monotonic() + (_LOGGED_WITHIN_S if len(prediction_id) == _ID_LENGTH else 0)
    while True:
        with services.storage.database.reading() as session:
            if has_prediction(session, prediction_id):
                return
        if time.monotonic() >= last:
            return
        time.sleep(_LOOK_AGAIN_S)
