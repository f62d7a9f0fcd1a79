"""What is wrong in the data set, the map of it, and the check that finds both."""

from typing import Annotated

from fastapi import APIRouter, Query

from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.routes.data.images import issue_of, item_of
from tellapart.api.schemas.data.issues import EmbeddingMap, IssueItem, IssuePage
from tellapart.api.schemas.jobs import Job
from tellapart.api.services import ServicesDep
from tellapart.dataset.entries import get_entries, map_columns
from tellapart.dataset.issues import list_issues, quality_summary
from tellapart.jobs.contracts import CheckParams
from tellapart.store.tables import IssueKind

router = APIRouter(prefix="/api", tags=["data"])


@router.get("/issues/{kind}", responses=PROBLEMS[422])
def list_issues_of_kind(
    kind: IssueKind,
    services: ServicesDep,
    kept: Annotated[bool, Query(description="Those that somebody left as they are.")] = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    cursor: str | None = None,
) -> IssuePage:
    """Images with this issue, worst first; near-duplicates of one another are neighbours."""
    with services.storage.database.reading() as session:
        page, total = list_issues(session, kind, kept=kept, limit=limit, cursor=cursor)
        images = get_entries(session, [row.image_id for row in page.items])
    items = [
        IssueItem(issue=issue_of(issue), image=item_of(image))
        for image in images
        for issue in image.issues
        if issue.row.kind == kind
    ]
    return IssuePage(items=items, total=total, next_cursor=page.next_cursor)


@router.get("/embedding-map", responses=PROBLEMS[422])
def embedding_map(
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=100_000, description="Most pictures to place.")] = 20_000,
) -> EmbeddingMap:
    """Images in the plane, alike ones near each other, as the last check placed them."""
    with services.storage.database.reading() as session:
        quality = quality_summary(session)
        found = map_columns(session, limit=limit)
    return EmbeddingMap(
        checked_at=None if quality is None else quality.checked_at,
        total=found.total,
        class_names=found.class_names,
        ids=found.ids,
        classes=found.classes,
        x=found.x,
        y=found.y,
    )


@router.post("/checks", status_code=202)
def start_check(services: ServicesDep) -> Job:
    """Check the whole data set: near-duplicates, labels, outliers; answers with the job."""
    return Job.of(services.jobs.submit_once(CheckParams()))
