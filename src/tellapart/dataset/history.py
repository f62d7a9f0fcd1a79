"""What changed between versions of the data set, and how to go back."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tellapart.dataset.issues import refresh_counts, refresh_leaks, separate_classes
from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import (
    Change,
    ChangeKind,
    current_states,
    current_version,
    entry_states,
    get_version,
    valid_in,
    write_version,
)
from tellapart.errors import InvalidRequest
from tellapart.store.locks import hold
from tellapart.store.pages import Page, cut_page, parse_cursor
from tellapart.store.tables import DatasetEntry, DatasetVersion


@dataclass(frozen=True)
class Diff:
    """How many images changed in which way, and some of them."""

    counts: dict[ChangeKind, int]
    page: Page[Change]


def list_versions(
    session: Session, *, limit: int = 50, cursor: str | None = None
) -> Page[DatasetVersion]:
    """Versions, newest first."""
    query = select(DatasetVersion).order_by(DatasetVersion.id.desc()).limit(limit + 1)
    before = parse_cursor(cursor)
    if before is not None:
        query = query.where(DatasetVersion.id < before)
    rows = list(session.scalars(query))
    return cut_page(rows, limit, [str(row.id) for row in rows])


def diff(
    session: Session, from_version: int, to_version: int, *, limit: int = 60,
    cursor: str | None = None,
) -> Diff:  # fmt: skip
    """What changed from one version to another, by image id. Its price is that of the changes.

    Raises:
        NotFound: there is no such version.
    """
    changes = [change for change in _changes(session, from_version, to_version) if change.kind]
    after = parse_cursor(cursor) or 0
    following = [change for change in changes if change.image_id > after][: limit + 1]
    counts = Counter(change.kind for change in changes if change.kind)
    page = cut_page(following, limit, [str(change.image_id) for change in following])
    return Diff(dict(counts), page)


def restore(session: Session, version: int, *, author: str, reason: str = "") -> DatasetVersion:
    """Bring back the content of an earlier version, as a new one unless it is the current content.

    Returns:
        The current version.

    Raises:
        NotFound: there is no such version.
    """
    hold(session, "dataset")
    wanted = get_version(session, version).id
    changes = _changes(session, current_version(session).id, wanted)
    states = {change.image_id: change.after for change in changes}
    why = f"Restored version {version}" + (f": {reason}" if reason else "")
    write_version(session, states, author=author, reason=why)
    _refresh_issues(session, states)
    return current_version(session)


def revert(
    session: Session, version: int, *, author: str
) -> tuple[DatasetVersion | None, list[int]]:
    """Undo one version: what it changed is again as before it.

    Images that were changed again since are left alone.

    Returns:
        The new version (None when nothing is left to undo), and which were left alone, by id.

    Raises:
        NotFound: there is no such version.
        InvalidRequest: it is the first one.
    """
    hold(session, "dataset")
    if get_version(session, version).id == 1:
        raise InvalidRequest("The first version cannot be undone: there is none before it.")
    after = entry_states(session, DatasetEntry.added_in == version)
    before = entry_states(session, DatasetEntry.removed_in == version)
    ids = after.keys() | before.keys()
    now = current_states(session, ids)
    undone: Mapping[int, ImageState | None] = {
        image_id: before.get(image_id)
        for image_id in ids
        if now.get(image_id) == after.get(image_id)
    }
    written = write_version(session, undone, author=author, reason=f"Undid version {version}")
    _refresh_issues(session, undone)
    return written, sorted(ids - undone.keys())


def _refresh_issues(session: Session, image_ids: Collection[int]) -> None:
    separate_classes(session, image_ids)
    refresh_leaks(session, image_ids)
    refresh_counts(session)


def _changes(session: Session, from_version: int, to_version: int) -> list[Change]:
    """The images whose entries differ, in the order of their ids."""
    first, second = get_version(session, from_version).id, get_version(session, to_version).id
    before = entry_states(session, *_only_in(first, second))
    after = entry_states(session, *_only_in(second, first))
    return [
        Change(image_id, before.get(image_id), after.get(image_id))
        for image_id in sorted(before.keys() | after.keys())
    ]


def _only_in(version: int, other: int) -> tuple[ColumnElement[bool], ...]:
    """The entries of one version that are not entries of another."""
    gone, added = DatasetEntry.removed_in, DatasetEntry.added_in
    if version < other:  # they ended in between
        return valid_in(version), gone <= other
    return valid_in(version), added > other
