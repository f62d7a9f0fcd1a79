"""Versions of the data set."""

from typing import Annotated, cast

from fastapi import APIRouter, Query

from tellapart.api.bodies import SmallBodyRoute
from tellapart.api.problems import PROBLEMS
from tellapart.api.routes.images import AUTHOR, file_address
from tellapart.api.schemas.dataset_versions import (
    DatasetDiff,
    DatasetVersion,
    DatasetVersionPage,
    EntryChange,
    ImageState,
    Restore,
)
from tellapart.api.schemas.images import ChangeResult
from tellapart.api.schemas.insights import SplitCounts
from tellapart.api.services import ServicesDep
from tellapart.dataset import history
from tellapart.dataset.statistics import ImageState as State
from tellapart.dataset.versions import Change, ChangeKind, current_version, get_version
from tellapart.store import tables
from tellapart.store.tables import SPLITS

router = APIRouter(prefix="/api/dataset-versions", tags=["data"], route_class=SmallBodyRoute)


@router.get("", responses=PROBLEMS[422])
def list_dataset_versions(
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: str | None = None,
) -> DatasetVersionPage:
    """Versions, newest first: who changed what, and why."""
    with services.storage.database.reading() as session:
        page = history.list_versions(session, limit=limit, cursor=cursor)
        current = current_version(session).id if page.items else 0
    items = [_version(row, current) for row in page.items]
    return DatasetVersionPage(items=items, next_cursor=page.next_cursor)


@router.get("/{version}", responses=PROBLEMS[404, 422])
def get_dataset_version(version: int, services: ServicesDep) -> DatasetVersion:
    """One version."""
    with services.storage.database.reading() as session:
        return _version(get_version(session, version), current_version(session).id)


@router.get("/{version}/diff/{other}", responses=PROBLEMS[404, 422])
def diff_dataset_versions(
    version: int,
    other: int,
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    cursor: str | None = None,
) -> DatasetDiff:
    """What changed from one version to another."""
    with services.storage.database.reading() as session:
        found = history.diff(session, version, other, limit=limit, cursor=cursor)
    return DatasetDiff(
        from_version=version,
        to_version=other,
        counts=found.counts,
        items=[_change(change) for change in found.page.items],
        next_cursor=found.page.next_cursor,
    )


@router.post("/{version}/restore", responses=PROBLEMS[404, 413, 422])
def restore_dataset_version(
    version: int, services: ServicesDep, body: Restore | None = None
) -> DatasetVersion:
    """Make a new version with the content of this one."""
    with services.storage.database.writing() as session:
        reason = body.reason if body else ""
        current = history.restore(session, version, author=AUTHOR, reason=reason)
        return _version(current, current.id)


@router.post("/{version}/revert", responses=PROBLEMS[404, 413, 422])
def revert_dataset_version(version: int, services: ServicesDep) -> ChangeResult:
    """Undo what one version changed; images that were changed again since are left alone."""
    with services.storage.database.writing() as session:
        written, skipped = history.revert(session, version, author=AUTHOR)
        current = current_version(session).id
    return ChangeResult(
        changed=0 if written is None else sum(written.summary["changes"].values()),
        dataset_version=current,
        new_version=None if written is None else written.id,
        skipped=skipped,
    )


def _version(row: tables.DatasetVersion, current: int) -> DatasetVersion:
    counts = row.summary
    splits = counts["class_splits"].values()
    total = {split: sum(counted[split] for counted in splits) for split in SPLITS}
    unlabeled = counts.get("unlabeled", 0)
    return DatasetVersion(
        id=row.id,
        content_id=row.content_id,
        author=row.author,
        reason=row.reason,
        created_at=row.created_at,
        current=row.id == current,
        images=sum(total.values()) + unlabeled,
        classes=len(splits),
        unlabeled=unlabeled,
        excluded=counts.get("excluded", 0),
        splits=SplitCounts(**total),
        changes=counts.get("changes", {}),
    )


def _change(change: Change) -> EntryChange:
    return EntryChange(
        image_id=change.image_id,
        change=cast("ChangeKind", change.kind),
        before=_state(change.before),
        after=_state(change.after),
        thumbnail=file_address(change.image_id, "thumb"),
    )


def _state(state: State | None) -> ImageState | None:
    if state is None:
        return None
    return ImageState(
        label=state.label, split=state.split, origin=state.origin, excluded=state.excluded
    )
