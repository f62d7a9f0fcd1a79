"""What is in the data set."""

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from tellapart.api.schemas.data.insights import DataInsights
from tellapart.api.services import ServicesDep
from tellapart.dataset.insights import Insights
from tellapart.reports.data_report import data_report

router = APIRouter(prefix="/api", tags=["data"])


@router.get("/data-insights", response_model=DataInsights)
async def data_insights(services: ServicesDep) -> Response:
    """The state of the data set, made ready when it changes."""
    threshold = services.storage.settings.class_imbalance_threshold

    def encode(found: Insights) -> bytes:
        return DataInsights.of(found, threshold).model_dump_json().encode()

    # While nothing changes, `FreshAnswers` answers, and no request comes this far.
    body = await run_in_threadpool(services.insights.make, encode)
    return Response(body, media_type="application/json")


@router.get(
    "/data-report", response_class=Response, responses={200: {"content": {"text/html": {}}}}
)
def download_data_report(services: ServicesDep) -> Response:
    """The state of the data set as one HTML file, with images, to share."""
    headers = {"Content-Disposition": 'attachment; filename="data-report.html"'}
    return Response(data_report(services.storage), media_type="text/html", headers=headers)
