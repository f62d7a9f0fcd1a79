"""Versions of the data set."""

from typing import Annotated

from fastapi import APIRouter, Query

from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.routes.data.images import AUTHOR
from tellapart.api.schemas.data.dataset_versions import (
    DatasetDiff,
    DatasetVersion,
    DatasetVersionPage,
    Restore,
)
from tellapart.api.schemas.data.images import ChangeResult
from tellapart.api.services import ServicesDep
from tellapart.api.uploads.bodies import SmallBodyRoute
from tellapart.dataset import history
from tellapart.dataset.versions import current_version, get_version

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
    return DatasetVersionPage.of(page, current)


@router.get("/{version}", responses=PROBLEMS[404, 422])
def get_dataset_version(version: int, services: ServicesDep) -> DatasetVersion:
    """One version."""
    with services.storage.database.reading() as session:
        return DatasetVersion.of(get_version(session, version), current_version(session).id)


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
    return DatasetDiff.of(version, other, found)


@router.post("/{version}/restore", responses=PROBLEMS[404, 413, 422])
def restore_dataset_version(
    version: int, services: ServicesDep, body: Restore | None = None
) -> DatasetVersion:
    """Make a new version with the content of this one."""
    with services.storage.database.writing() as session:
        reason = body.reason if body else ""
        current = history.restore(session, version, author=AUTHOR, reason=reason)
        return DatasetVersion.of(current, current.id)


@router.post("/{version}/revert", responses=PROBLEMS[404, 413, 422])
def revert_dataset_version(version: int, services: ServicesDep) -> ChangeResult:
    """Undo what one version changed; images that were changed again since are left alone."""
    with services.storage.database.writing() as session:
        written, left_alone = history.revert(session, version, author=AUTHOR)
        current = current_version(session).id
    return ChangeResult(
        changed=0 if written is None else sum(written.summary["changes"].values()),
        dataset_version=current,
        new_version=None if written is None else written.id,
        skipped=len(left_alone),
    )
