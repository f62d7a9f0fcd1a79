"""What is known of a version from its test: report, card, mistakes, and beside another."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from tellapart.api.problems import PROBLEMS
from tellapart.api.routes.images import file_address
from tellapart.api.schemas.model_reports import (
    ComparedImage,
    ComparedMetric,
    McNemar,
    Mistake,
    MistakePage,
    ModelComparison,
    ModelReport,
)
from tellapart.api.services import ServicesDep
from tellapart.reports.model_card import model_card
from tellapart.workflows import compare_versions
from tellapart.workflows import list_mistakes as mistakes

router = APIRouter(prefix="/api/models", tags=["models"])

Version = Annotated[int, Path(ge=1)]
ClassName = Annotated[str | None, Query(max_length=400)]


@router.get("/{version}/report", responses=PROBLEMS[404, 422])
def get_report(version: Version, services: ServicesDep) -> ModelReport:
    """The evaluation on the test split."""
    row = services.registry.get(version).row
    return ModelReport.model_validate(
        {**row.report, "version": row.version, "dataset_version": row.dataset_version}
    )


@router.get(
    "/{version}/card",
    response_class=Response,
    responses={200: {"content": {"text/markdown": {}}}, **PROBLEMS[404, 422]},
)
def get_card(version: Version, services: ServicesDep, *, download: bool = False) -> Response:
    """The model card, as Markdown: data, numbers, limits and use."""
    headers = {"X-Content-Type-Options": "nosniff"}
    if download:
        headers["Content-Disposition"] = f'attachment; filename="tellapart-v{version}.md"'
    card = model_card(services.registry.get(version))
    return Response(card, media_type="text/markdown; charset=utf-8", headers=headers)


@router.get("/{version}/mistakes", responses=PROBLEMS[404, 422])
def list_mistakes(
    version: Version,
    services: ServicesDep,
    label: Annotated[ClassName, Query(description="Of this class when it was tested.")] = None,
    predicted: Annotated[ClassName, Query(description="Taken for this class.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 60,
    cursor: str | None = None,
) -> MistakePage:
    """Test images that it got wrong, the surest first; with both classes, one cell."""
    page, total = mistakes.list_mistakes(
        services.storage, version, label=label, predicted=predicted, limit=limit, cursor=cursor
    )
    items = [_mistake(found) for found in page.items]
    return MistakePage(items=items, total=total, next_cursor=page.next_cursor)


@router.get("/{version}/compare/{other}", responses=PROBLEMS[404, 409, 422])
def compare(version: Version, other: Version, services: ServicesDep) -> ModelComparison:
    """Two versions on the test images that both know: numbers, McNemar's test, images."""
    found = compare_versions.compare_versions(services.storage, version, other)
    return ModelComparison(
        versions=list(found.versions),
        images=found.images,
        only_known_to=list(found.only_known_to),
        left_out=found.left_out,
        metrics=[ComparedMetric.model_validate(asdict(each)) for each in found.metrics],
        mcnemar=McNemar(**asdict(found.mcnemar), verdict=found.verdict),
        only_first=[_compared(image) for image in found.only_first],
        only_second=[_compared(image) for image in found.only_second],
    )


def _mistake(found: mistakes.Mistake) -> Mistake:
    values = asdict(found)
    del values["content_hash"]
    return Mistake(**values, **_addresses(found.image_id))


def _compared(found: compare_versions.ComparedImage) -> ComparedImage:
    return ComparedImage(**asdict(found), **_addresses(found.image_id))


def _addresses(image_id: int) -> dict[str, str]:
    return {
        "thumbnail": file_address(image_id, "thumb"),
        "file": file_address(image_id, "full"),
    }
