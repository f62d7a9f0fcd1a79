"""What is in the data set."""

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from tellapart.api.routes.images import file_address
from tellapart.api.schemas.insights import (
    Checks,
    ClassBalance,
    DataInsights,
    Histogram,
    ImageDimensions,
    SizeCount,
    SplitCounts,
)
from tellapart.api.services import ServicesDep
from tellapart.dataset import insights as counted
from tellapart.dataset.insights import Insights
from tellapart.reports.data_report import data_report
from tellapart.store.tables import SPLITS

router = APIRouter(prefix="/api", tags=["data"])


@router.get("/data-insights", response_model=DataInsights)
async def data_insights(services: ServicesDep) -> Response:
    """The state of the data set, made ready when it changes."""
    threshold = services.storage.settings.class_imbalance_threshold

    def encode(found: Insights) -> bytes:
        return _schema(found, threshold).model_dump_json().encode()

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


def _schema(found: Insights, imbalance_threshold: float) -> DataInsights:
    splits = found.class_splits
    counts = {name: sum(each.values()) for name, each in splits.items()}
    return DataInsights(
        class_distribution=counts,
        sample_images={
            name: [file_address(image_id, "thumb") for image_id in ids]
            for name, ids in found.samples.items()
        },
        image_dimensions=ImageDimensions(**found.dimensions),
        splits=SplitCounts(
            **{split: sum(each[split] for each in splits.values()) for split in SPLITS}
        ),
        class_splits={name: SplitCounts(**each) for name, each in splits.items()},
        class_balance=[
            ClassBalance(
                label=name, count=counts[name], score=score, flagged=score < imbalance_threshold
            )
            for name, score in found.class_balance().items()
        ],
        formats=found.formats,
        origins=found.origins,
        widths=_histogram(found.widths),
        heights=_histogram(found.heights),
        sizes=[SizeCount(width=width, height=height, count=n) for width, height, n in found.sizes],
        file_sizes=_histogram(found.file_sizes),
        total_bytes=found.total_bytes,
        brightness=_histogram(found.brightness),
        unlabeled=found.unlabeled,
        excluded=found.excluded,
        issues=found.issues,
        checks=Checks(
            checked_version=found.checked_version,
            checked_at=found.checked_at,
            up_to_date=found.checked_version == found.dataset_version,
        ),
        dataset_version=found.dataset_version,
        content_id=found.content_id,
    )


def _histogram(found: counted.Histogram) -> Histogram:
    return Histogram(edges=found.edges, counts=found.counts)
