"""What people decide of images in the review queue, and how the last of it is taken back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from tellapart.dataset.class_names import clean_class_name
from tellapart.dataset.edits import Edit, decide_images
from tellapart.dataset.history import revert
from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import current_states, current_version
from tellapart.errors import InvalidRequest, NothingToUndo
from tellapart.labeling.review.queue import release
from tellapart.labeling.review.waiting import can_suggest, place_first
from tellapart.settings import Settings
from tellapart.store.database import chunks, database_time
from tellapart.store.locks import hold
from tellapart.store.tables import DatasetEntry, LabelProposal, ReviewBatch, ReviewSkip

ReviewAction = Literal["accept", "label", "reject", "skip"]
ConflictReason = Literal["labelled", "excluded", "not_found", "changed"]

# A page of the grid, several times over; each is one image to look at.
MOST_DECISIONS = 500


@dataclass(frozen=True)
class ReviewDecision:
    """What somebody says of an image. `label` is the class; for `accept`, what was suggested."""

    image_id: int
    action: ReviewAction
    label: str | None = None


@dataclass(frozen=True)
class ReviewConflict:
    """An image that was left as it is, and why."""

    image_id: int
    reason: ConflictReason
    detail: str


@dataclass(frozen=True)
class ReviewResult:
    """How many images are different now, in which version, and which were left alone."""

    changed: int
    dataset_version: int
    conflicts: list[ReviewConflict]


def decide(
    session: Session,
    decisions: Sequence[ReviewDecision],
    settings: Settings,
    *,
    holder: str,
    author: str,
) -> ReviewResult:
    """Apply decisions as one dataset version; those that came too late are conflicts.

    Raises:
        InvalidRequest: the decisions contradict each other, or one cannot be understood.
        InvalidClassName: a class name is empty, too long or cannot be shown.
        DatasetError: nothing has been imported.
    """
    _check(decisions)
    hold(session, "dataset")
    current_version(session)
    states = current_states(session, [each.image_id for each in decisions])
    suggested = _suggested(session, states)
    edits: dict[int, Edit] = {}
    skipped: list[int] = []
    conflicts: list[ReviewConflict] = []
    for each in decisions:
        state = states.get(each.image_id)
        edit = None if state is None else _edit(each, state, suggested, settings)
        conflict = _conflict(each.image_id, state, edit)
        if conflict is not None:
            conflicts.append(conflict)
        elif edit is None:
            skipped.append(each.image_id)
        else:
            edits[each.image_id] = edit
    changed, version = 0, None
    if edits:
        why = _in_words(edits)
        changed, version = decide_images(session, edits, settings, author=author, reason=why)
    if version is not None or skipped:
        number = None if version is None else version.id
        _remember(
            session, ReviewBatch(holder=holder, dataset_version=number, decided=changed), skipped
        )
    release(session, [each.image_id for each in decisions])
    return ReviewResult(changed, current_version(session).id, conflicts)


def undo(session: Session, *, holder: str, author: str) -> ReviewResult:
    """Take back what this holder decided last, skips too; what changed since is left alone.

    Raises:
        NothingToUndo: it has decided nothing, or has taken all of it back.
    """
    hold(session, "dataset")
    mine = (ReviewBatch.holder == holder, ReviewBatch.undone.is_(False))
    batch = session.scalar(select(ReviewBatch).where(*mine).order_by(ReviewBatch.id.desc()))
    if batch is None:
        raise NothingToUndo(
            "You have decided nothing here that could be taken back. Older changes can be undone "
            "under Data → Versions, or with `tellapart versions restore`."
        )
    changed = 0
    left_alone: list[int] = []
    if batch.dataset_version is not None:
        written, left_alone = revert(session, batch.dataset_version, author=author)
        if written is not None:
            again = select(DatasetEntry.image_id).where(DatasetEntry.added_in == written.id)
            undone = list(session.scalars(again.order_by(DatasetEntry.id)))
            changed = len(undone)
            place_first(session, undone)
    session.execute(delete(ReviewSkip).where(ReviewSkip.batch_id == batch.id))
    batch.undone = True
    why = "It was changed again since; it stays as it is now."
    conflicts = [ReviewConflict(image_id, "changed", why) for image_id in left_alone]
    return ReviewResult(changed, current_version(session).id, conflicts)


def _check(decisions: Sequence[ReviewDecision]) -> None:
    if not 0 < len(decisions) <= MOST_DECISIONS:
        raise InvalidRequest(
            f"{len(decisions):,} decisions came; send 1 to {MOST_DECISIONS} at once. Nothing was "
            "changed."
        )
    times = Counter(each.image_id for each in decisions)
    image_id, count = times.most_common(1)[0]
    if count > 1:
        raise InvalidRequest(
            f"Picture {image_id} came {count} times. Decide each once; nothing was changed."
        )
    for each in decisions:
        if each.action not in get_args(ReviewAction):
            raise InvalidRequest(
                f"There is no action {each.action!r}. Picture {each.image_id} can be given one of "
                f"{', '.join(get_args(ReviewAction))}; nothing was changed."
            )
        if each.action == "label" and each.label is None:
            raise InvalidRequest(
                f"The decision on picture {each.image_id} has no label. Name the class, such as "
                '{"action": "label", "label": "cat"}; nothing was changed.'
            )


def _suggested(session: Session, states: Mapping[int, ImageState]) -> dict[int, str]:
    """What the queue suggests of these images."""
    if not can_suggest(session):
        return {}
    found: dict[int, str] = {}
    for chunk in chunks(states):
        query = select(LabelProposal.image_id, LabelProposal.label)
        of_these = query.where(LabelProposal.image_id.in_(chunk))
        found.update((row[0], row[1]) for row in session.execute(of_these))
    own = {i: state.label for i, state in states.items() if state.label and _is_open(state)}
    return found | own


def _edit(
    decision: ReviewDecision,
    state: ImageState,
    suggested: Mapping[int, str],
    settings: Settings,
) -> Edit | None:
    """What to change; None for a skip."""
    if decision.action == "skip":
        return None
    if decision.action == "reject":
        return Edit(excluded=True)
    label = decision.label
    if decision.action == "accept" and label is None:
        label = suggested.get(decision.image_id)
    if label is None:
        if not _is_open(state):  # a conflict, whatever was meant
            return Edit()
        raise InvalidRequest(
            f"Nothing is suggested for picture {decision.image_id}, so there is nothing to accept. "
            "Label it instead; nothing was changed."
        )
    return Edit(label=clean_class_name(label, max_length=settings.max_class_name_length))


def _conflict(image_id: int, state: ImageState | None, edit: Edit | None) -> ReviewConflict | None:
    """Why an image is not for the queue any more, unless it is as was wanted already."""
    if state is None:
        return ReviewConflict(image_id, "not_found", "There is no such picture in the data set.")
    if state.excluded:
        if edit is not None and edit.excluded:
            return None
        return ReviewConflict(image_id, "excluded", "Somebody has excluded it meanwhile.")
    if state.label is None or _is_open(state):
        return None
    if edit is not None and edit.label == state.label:
        return None
    return ReviewConflict(image_id, "labelled", f"Somebody has labelled it {state.label}.")


def _is_open(state: ImageState) -> bool:
    """Whether no person has decided it."""
    return not state.excluded and (state.label is None or state.origin == "pseudo")


def _in_words(edits: Mapping[int, Edit]) -> str:
    rejected = sum(1 for edit in edits.values() if edit.excluded)
    parts = [(len(edits) - rejected, "labelled"), (rejected, "excluded")]
    return "Review: " + ", ".join(f"{count:,} {what}" for count, what in parts if count)


def _remember(session: Session, batch: ReviewBatch, skipped: Sequence[int]) -> None:
    batch.at = database_time(session)
    session.add(batch)
    session.flush()
    if skipped:
        session.execute(delete(ReviewSkip).where(ReviewSkip.image_id.in_(skipped)))
        rows = [{"image_id": image_id, "batch_id": batch.id} for image_id in skipped]
        session.execute(insert(ReviewSkip), rows)
