"""Pseudo-labels: those in training, and what the champion proposes."""

from typing import Annotated

from fastapi import APIRouter, Query

from tellapart.api.addresses import file_address
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.jobs import Job
from tellapart.api.schemas.training.pseudo_labels import (
    LabelProposal,
    LabelProposalPage,
    PrecisionEstimate,
    PseudoLabels,
)
from tellapart.api.services import Services, ServicesDep
from tellapart.evaluation.metrics import wilson_interval
from tellapart.jobs.contracts import ProposalParams, TrainingResult, result_of
from tellapart.labeling.proposals import PseudoLabels as Counted
from tellapart.labeling.proposals import read_pseudo_labels, read_selection, unlabeled_images
from tellapart.labeling.pseudo_labels import Decision, Proposal, Selection
from tellapart.labeling.upload_batches import content_hashes, get_batch
from tellapart.registry.versions import CHAMPION
from tellapart.store.pages import cut_page, parse_cursor

router = APIRouter(prefix="/api/pseudo-labels", tags=["labeling"])

_LATEST_TRAININGS = 20


@router.get("")
def get_pseudo_labels(services: ServicesDep) -> PseudoLabels:
    """How many pseudo-labels are in training, and how far they can be believed."""
    with services.storage.database.reading() as session:
        found = read_pseudo_labels(session)
    return PseudoLabels(
        used=bool(found.counts),
        reason=_reason(services, found),
        counts=found.counts,
        precision=_precision(found),
        model_version=found.model_version,
    )


@router.get("/proposals", responses=PROBLEMS[404, 422])
def list_proposals(
    services: ServicesDep,
    batch_id: Annotated[int | None, Query(description="Only of this upload.")] = None,
    decision: Annotated[Decision | None, Query(description="Only these.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    cursor: str | None = None,
) -> LabelProposalPage:
    """What the champion says of images without a class, and what of it would be used."""
    offset = parse_cursor(cursor) or 0
    version = services.registry.alias(CHAMPION)
    with services.storage.database.reading() as session:
        hashes = None if batch_id is None else content_hashes(get_batch(session, batch_id))
        count = len(unlabeled_images(session, hashes))
        found: list[Proposal] = []
        selection = Selection({}, {})
        if version is not None:
            found, selection = read_selection(session, version, hashes)
    chosen = [each for each in found if decision in (None, selection.decisions[each.image_id])]
    chosen.sort(key=lambda each: (-each.confidence, each.image_id))
    rows = chosen[offset : offset + limit + 1]
    page = cut_page(rows, limit, [str(offset + number + 1) for number in range(len(rows))])
    return LabelProposalPage.model_validate(
        {
            "items": [_item(each, selection) for each in page.items],
            "total": len(chosen),
            "next_cursor": page.next_cursor,
            "model_version": version,
            "waiting": count - len(found),
            "used": selection.used,
            "left": selection.left,
            "reasons": selection.reasons,
        }
    )


@router.post("/proposals", status_code=202, responses=PROBLEMS[503])
def propose_labels(services: ServicesDep) -> Job:
    """Ask the champion about images without a class; answers with the job."""
    services.registry.champion()
    return Job.of(services.jobs.submit_once(ProposalParams()))


def _item(proposal: Proposal, selection: Selection) -> LabelProposal:
    decision = selection.decisions[proposal.image_id]
    return LabelProposal(
        image_id=proposal.image_id,
        file=file_address(proposal.image_id, "full"),
        thumb=file_address(proposal.image_id, "thumb"),
        suggested_label=proposal.label,
        confidence=proposal.confidence,
        used=decision == "used",
        decision=decision,
    )


def _reason(services: Services, found: Counted) -> str:
    count = sum(found.counts.values())
    if count:
        return f"{count:,} answers that the champion was sure of are in training, with less weight."
    for job in services.jobs.page(kind="train", limit=_LATEST_TRAININGS).items:
        result = result_of(job)
        if not isinstance(result, TrainingResult) or result.pseudo_labels is None:
            continue
        if not result.pseudo_labels.used:
            return "The champion was sure of no picture without a class."
        if not result.pseudo_labels.kept:
            return f"Taken back after the last try: {result.reason}"
        return "People have labelled or removed all of them since."
    return "No training was asked to use pseudo-labels yet."


def _precision(found: Counted) -> PrecisionEstimate:
    if not found.judged:
        return PrecisionEstimate(estimate=None, low=None, high=None, judged=0)
    low, high = wilson_interval(found.right, found.judged)
    return PrecisionEstimate(
        estimate=found.right / found.judged, low=low, high=high, judged=found.judged
    )
