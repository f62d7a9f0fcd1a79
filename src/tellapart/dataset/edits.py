"""What people change in the data set: classes, splits, what is left out, what may stay so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from tellapart.dataset.class_names import clean_class_name
from tellapart.dataset.issues import (
    forget,
    refresh_counts,
    refresh_leaks,
    separate_classes,
    settle,
)
from tellapart.dataset.placement import choose_splits
from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import current_states, write_version
from tellapart.errors import InvalidRequest, NotFound
from tellapart.settings import Settings
from tellapart.store.database import chunks
from tellapart.store.locks import hold
from tellapart.store.tables import DatasetVersion, Image, IssueKind, Split


@dataclass(frozen=True)
class Edit:
    """What to change; None leaves it as it is. `keep`: issues that are none; `reopen`: undo it.

    With `whole_groups`, other images of their named groups go to the split too.
    """

    label: str | None = None
    split: Split | None = None
    excluded: bool | None = None
    keep: Sequence[IssueKind] = field(default=())
    reopen: Sequence[IssueKind] = field(default=())
    whole_groups: bool = False


def edit_images(
    session: Session,
    image_ids: Sequence[int],
    edit: Edit,
    settings: Settings,
    *,
    author: str,
    reason: str = "",
) -> tuple[int, DatasetVersion | None]:
    """Change images, all or none of them.

    Returns:
        How many images are different now, and the new version if classes, splits or exclusions
        of any changed.

    Raises:
        NotFound: an image is not in the data set.
        InvalidRequest: an image without a class cannot be in a split.
        InvalidClassName: the class name is empty, too long or cannot be shown.
    """
    before = _existing(session, image_ids)
    edit = _cleaned(edit, settings)
    after = _place(session, {i: _changed(before[i], edit) for i in image_ids}, settings)
    if edit.split is not None and edit.whole_groups:
        others = _others_of_groups(session, image_ids)
        before |= others
        after |= {i: replace(state, split=edit.split) for i, state in others.items()}
    why = reason or _in_words(edit, sum(after[i] != before[i] for i in after))
    given = True if edit.split else None
    changed, version = _write(session, before, after, author=author, reason=why, given_splits=given)
    settled = settle(session, image_ids, edit.keep, kept=True) if edit.keep else 0
    settled += settle(session, image_ids, edit.reopen, kept=False) if edit.reopen else 0
    refresh_leaks(session, changed)
    refresh_counts(session)
    return max(len(changed), settled), version


def decide_images(
    session: Session,
    decisions: Mapping[int, Edit],
    settings: Settings,
    *,
    author: str,
    reason: str,
) -> tuple[int, DatasetVersion | None]:
    """Give images a class, or exclude them, each in its own way, all or none, as one version.

    Returns and raises what `edit_images` does.
    """
    before = _existing(session, list(decisions))
    wanted = {i: _changed(before[i], _cleaned(edit, settings)) for i, edit in decisions.items()}
    after = _place(session, wanted, settings)
    changed, version = _write(session, before, after, author=author, reason=reason)
    refresh_leaks(session, changed)
    refresh_counts(session)
    return len(changed), version


def _existing(session: Session, image_ids: Sequence[int]) -> dict[int, ImageState]:
    hold(session, "dataset")
    before = current_states(session, image_ids)
    if missing := [image_id for image_id in image_ids if image_id not in before]:
        raise NotFound(f"There is no picture {missing[0]} in the data set; nothing was changed.")
    return before


def _cleaned(edit: Edit, settings: Settings) -> Edit:
    if edit.label is None:
        return edit
    longest = settings.max_class_name_length
    return replace(edit, label=clean_class_name(edit.label, max_length=longest))


def _write(
    session: Session,
    before: Mapping[int, ImageState],
    after: Mapping[int, ImageState],
    *,
    author: str,
    reason: str,
    given_splits: bool | None = None,
) -> tuple[set[int], DatasetVersion | None]:
    version = write_version(session, after, author=author, reason=reason, given_splits=given_splits)
    changed = {image_id for image_id in after if after[image_id] != before[image_id]}
    relabelled = [i for i in changed if after[i].label != before[i].label]
    forget(session, relabelled, ("label", "label_conflict"))
    separate_classes(session, relabelled)
    return changed, version


def _others_of_groups(session: Session, image_ids: Sequence[int]) -> dict[int, ImageState]:
    """The other images with a class of the named groups of these."""
    names: set[str] = set()
    for chunk in chunks(image_ids):
        query = select(Image.group_name).where(Image.id.in_(chunk))
        names.update(name for name in session.scalars(query) if name is not None)
    found: set[int] = set()
    for group_chunk in chunks(names):
        found.update(session.scalars(select(Image.id).where(Image.group_name.in_(group_chunk))))
    states = current_states(session, found - set(image_ids))
    return {image_id: state for image_id, state in states.items() if state.split is not None}


def _changed(state: ImageState, edit: Edit) -> ImageState:
    excluded = state.excluded if edit.excluded is None else edit.excluded
    changed = replace(state, split=edit.split or state.split, excluded=excluded)
    # Who repeats what a model has said makes it a label of a person.
    if edit.label is not None and (edit.label != state.label or state.origin == "pseudo"):
        return replace(changed, label=edit.label, origin="human", model_version=None)
    return changed


def _place(
    session: Session, states: Mapping[int, ImageState], settings: Settings
) -> dict[int, ImageState]:
    """Give the images that have just got a class a split too."""
    if any(state.split and state.label is None for state in states.values()):
        raise InvalidRequest(
            "A picture without a class cannot be in a split. Give it a class first."
        )
    unassigned = {i: s.label for i, s in states.items() if s.label is not None and s.split is None}
    splits = choose_splits(session, settings, unassigned)
    return {
        image_id: replace(state, split=splits.get(image_id, state.split))
        for image_id, state in states.items()
    }


def _in_words(edit: Edit, count: int) -> str:
    parts = []
    if edit.label is not None:
        parts.append(f"labelled {edit.label}")
    if edit.split is not None:
        parts.append(f"moved to {edit.split}")
    if edit.excluded is not None:
        parts.append("excluded" if edit.excluded else "included again")
    images = "1 picture" if count == 1 else f"{count:,} pictures"
    return f"{images} {' and '.join(parts) or 'changed'}"
