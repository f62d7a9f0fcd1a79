"""What the server answers, over time and live."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from tellapart.api.event_stream import EVENT_STREAM, STILL_HERE, event, event_stream
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.serving.monitoring import (
    MonitoringPoint,
    MonitoringSeries,
    MonitoringSummary,
    PromotionMark,
)
from tellapart.api.schemas.serving.prediction_log import LoggedPrediction
from tellapart.api.services import ServicesDep
from tellapart.monitoring.drift import read_drift
from tellapart.monitoring.drift_report import Drift
from tellapart.monitoring.history import last_row, newest_predictions
from tellapart.monitoring.summary import read_promotions, read_series, read_summary
from tellapart.monitoring.windows import Window, window_until
from tellapart.store.database import Database
from tellapart.store.tables import now

router = APIRouter(prefix="/api/monitoring", tags=["monitoring"])

_INTERVAL_S = 1.0
_SILENCE_S = 15.0
# More in a second than a page can show.
_MAX_NEW = 50
_MAX_CLASSES = 8
WindowText = Annotated[
    str, Query(alias="window", description="Such as `15m`, `1h`, `7d`: 10 seconds to 400 days.")
]


@router.get("/summary", responses=PROBLEMS[422])
def get_summary(services: ServicesDep, window_text: WindowText = "1h") -> MonitoringSummary:
    """The predictions of a window that ends now, in numbers."""
    return _summary(services.storage.database, window_until(window_text, now()))


@router.get("/timeseries", responses=PROBLEMS[422])
def get_timeseries(services: ServicesDep, window_text: WindowText = "1h") -> MonitoringSeries:
    """The predictions of a window, step by step; promotions are marked."""
    window = window_until(window_text, now())
    with services.storage.database.reading() as session:
        series, promotions = read_series(session, window), read_promotions(session, window)
    answers = Counter[str]()
    for point in series:
        answers.update(point.total.classes)
    labels = [label for label, _ in answers.most_common(_MAX_CLASSES)]
    return MonitoringSeries(
        window_s=window.length_s,
        step_s=window.step_s,
        since=window.since,
        until=window.until,
        classes=labels,
        points=[MonitoringPoint.of(each, _length_s(window, each.at), labels) for each in series],
        promotions=[PromotionMark.of(row) for row in promotions],
    )


@router.get("/drift", responses=PROBLEMS[422])
def get_drift(services: ServicesDep, window_text: WindowText = "1h") -> Drift:
    """Whether the pictures of a window are like those that the champion was tested on."""
    window = window_until(window_text, now())
    with services.storage.database.reading() as session:
        return read_drift(session, services.drift, window)


@router.get(
    "/events", response_class=StreamingResponse, responses={**EVENT_STREAM, **PROBLEMS[422]}
)
async def monitoring_events(
    request: Request,
    services: ServicesDep,
    window_text: WindowText = "1m",
    last_event_id: Annotated[int | None, Header(ge=0, lt=2**63)] = None,
) -> StreamingResponse:
    """Server-sent events: `summary` of the window each second while there is news, `prediction`."""
    window_until(window_text, now())
    return event_stream(_follow(services.storage.database, window_text, last_event_id), request)


async def _follow(database: Database, window_text: str, last: int | None) -> AsyncIterator[str]:
    after = await run_in_threadpool(_last_row, database) if last is None else last
    shown = ""
    silent_s = 0.0
    while True:
        window = window_until(window_text, now())
        summary = await run_in_threadpool(_summary, database, window)
        predictions = await run_in_threadpool(_news, database, after)
        for prediction in predictions:
            after = prediction.id
            yield event("prediction", prediction, prediction.id)
        # The time alone is no news.
        news = summary.model_dump_json(exclude={"since", "until", "requests_per_second"})
        if news != shown:
            shown, silent_s = news, 0.0
            yield event("summary", summary)
        silent_s += _INTERVAL_S
        if silent_s >= _SILENCE_S:
            silent_s = 0.0
            yield STILL_HERE
        await asyncio.sleep(_INTERVAL_S)


def _summary(database: Database, window: Window) -> MonitoringSummary:
    with database.reading() as session:
        return MonitoringSummary.of(read_summary(session, window))


def _news(database: Database, after: int) -> list[LoggedPrediction]:
    with database.reading() as session:
        return [LoggedPrediction.of(row) for row in newest_predictions(session, after, _MAX_NEW)]


def _last_row(database: Database) -> int:
    with database.reading() as session:
        return last_row(session)


def _length_s(window: Window, begins: datetime) -> float:
    """How much of a step is over: all of it, but for the last one."""
    return max(1.0, min(window.step_s, (window.until - begins).total_seconds()))
