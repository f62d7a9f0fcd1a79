"""What is known of a version from its test: report, card, mistakes, and beside another."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.models.model_reports import MistakePage, ModelComparison
from tellapart.api.services import ServicesDep
from tellapart.reports.model_card import model_card
from tellapart.reports.model_report import ModelReport
from tellapart.workflows.models import list_mistakes as mistakes
from tellapart.workflows.models.compare_versions import compare_versions

router = APIRouter(prefix="/api/models", tags=["models"])

Version = Annotated[int, Path(ge=1)]
ClassName = Annotated[str | None, Query(max_length=400)]


@router.get("/{version}/report", responses=PROBLEMS[404, 422])
def get_report(version: Version, services: ServicesDep) -> ModelReport:
    """The evaluation on the test split."""
    return ModelReport.of_version(services.registry.get(version))


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
    return MistakePage.of(page, total)


@router.get("/{version}/compare/{other}", responses=PROBLEMS[404, 409, 422])
def compare(version: Version, other: Version, services: ServicesDep) -> ModelComparison:
    """Two versions on the test images that both know: numbers, McNemar's test, images."""
    return ModelComparison.of(compare_versions(services.storage, version, other))
