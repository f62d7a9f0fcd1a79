"""What is in the data set."""

from fastapi import APIRouter, Response

from tellapart.api.routes.images import file_address
from tellapart.api.schemas.insights import DataInsights, ImageDimensions, SplitCounts
from tellapart.api.services import ServicesDep
from tellapart.dataset.insights import Insights, insights_key, read_insights
from tellapart.store.tables import SPLITS

router = APIRouter(prefix="/api/data-insights", tags=["data"])


@router.get("", response_model=DataInsights)
def data_insights(services: ServicesDep) -> Response:
    """The state of the data set, made ready when it changes."""
    with services.storage.database.reading() as session:
        key = insights_key(session)
        body = services.insights.get(key)
        if body is None:
            body = _schema(read_insights(session)).model_dump_json().encode()
            services.insights.clear()
            services.insights[key] = body
    return Response(body, media_type="application/json")


def _schema(found: Insights) -> DataInsights:
    splits = found.class_splits
    return DataInsights(
        class_distribution={name: sum(counts.values()) for name, counts in splits.items()},
        sample_images={
            name: [file_address(image_id, "thumb") for image_id in ids]
            for name, ids in found.samples.items()
        },
        image_dimensions=ImageDimensions(**found.dimensions),
        splits=SplitCounts(
            **{split: sum(counts[split] for counts in splits.values()) for split in SPLITS}
        ),
        class_splits={name: SplitCounts(**counts) for name, counts in splits.items()},
        formats=found.formats,
        unlabeled=found.unlabeled,
        issues={"quarantined": found.quarantined},
        dataset_version=found.dataset_version,
        content_id=found.content_id,
    )
