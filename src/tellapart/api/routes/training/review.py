"""The review queue: images that wait for a person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request

from tellapart.api.access import find_bearer
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.routes.data.images import AUTHOR
from tellapart.api.schemas.training.review import ReviewDecisions, ReviewQueue, ReviewResult
from tellapart.api.services import Services, ServicesDep
from tellapart.api.uploads.bodies import LargeBodyRoute
from tellapart.jobs.contracts import ProposalParams
from tellapart.labeling.review.decisions import ReviewDecision, decide, undo
from tellapart.labeling.review.queue import (
    NOBODY,
    ReviewFilter,
    ReviewOrder,
    take_from_queue,
)
from tellapart.labeling.review.waiting import count_waiting
from tellapart.registry.versions import CHAMPION

router = APIRouter(prefix="/api/review", tags=["labeling"], route_class=LargeBodyRoute)

CLIENT_HEADER = "X-Client-Token"


async def _holder(
    request: Request,
    services: ServicesDep,
    client_token: Annotated[
        str | None,
        Header(
            alias=CLIENT_HEADER,
            max_length=100,
            description="Made by a client for itself: those with the same key, or without one, "
            "are told apart by it.",
        ),
    ] = None,
) -> str:
    """Who asks: by key and token, as far as there are any."""
    needs_key = services.storage.settings.needs_key
    name = (await find_bearer(request, services)).name if needs_key else None
    parts = [f"{what} {value}" for what, value in (("key", name), ("token", client_token)) if value]
    return ", ".join(parts) or NOBODY


HolderDep = Annotated[str, Depends(_holder)]


@router.get("", responses=PROBLEMS[422])
def get_review_queue(
    services: ServicesDep,
    holder: HolderDep,
    order: Annotated[
        ReviewOrder, Query(description="What teaches most first, or a fair sample.")
    ] = "teaching",
    label: Annotated[str | None, Query(description="Only with this suggested class.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
) -> ReviewQueue:
    """Images to decide. Others get different ones for five minutes."""
    champion = services.registry.alias(CHAMPION)
    chosen = ReviewFilter(order, label, limit)
    found = take_from_queue(services.storage.database, chosen, holder, champion)
    if champion is not None and found.counts.unasked:
        _ask_later(services, champion)
    return ReviewQueue.of(found)


@router.post("", responses=PROBLEMS[409, 413, 422])
def decide_review(services: ServicesDep, holder: HolderDep, body: ReviewDecisions) -> ReviewResult:
    """Apply decisions as one version of the data set; those that came too late are `conflicts`."""
    given = [ReviewDecision(each.image_id, each.action, each.label) for each in body.decisions]
    storage = services.storage
    with storage.database.writing() as session:
        found = decide(session, given, storage.settings, holder=holder, author=AUTHOR)
    return ReviewResult.model_validate(found)


@router.post("/undo", responses=PROBLEMS[409, 413, 422])
def undo_review(services: ServicesDep, holder: HolderDep) -> ReviewResult:
    """Take back what you decided last; pictures that were changed again since are `conflicts`."""
    with services.storage.database.writing() as session:
        found = undo(session, holder=holder, author=AUTHOR)
    return ReviewResult.model_validate(found)


def _ask_later(services: Services, champion: int) -> None:
    """Have the champion asked about what it was not asked about, unless that has just failed."""
    last = services.jobs.newest("propose_labels")
    if last is not None and last.status != "succeeded":
        return
    # The last job may have ended since it was counted.
    with services.storage.database.reading() as session:
        unasked = count_waiting(session, champion).unasked
    if unasked:
        services.jobs.submit_once(ProposalParams())
