"""What every page shows: the workspace, its champion and the job that runs."""

from fastapi import APIRouter

from tellapart.api.schemas.jobs import Job
from tellapart.api.schemas.workspace import WorkspaceStatus
from tellapart.api.services import ServicesDep
from tellapart.dataset.versions import latest_version
from tellapart.registry.versions import CHALLENGER, CHAMPION
from tellapart.version import VERSION

router = APIRouter(prefix="/api/workspace", tags=["workspace"])


@router.get("")
def workspace_status(services: ServicesDep) -> WorkspaceStatus:
    """The state of the whole, in one answer."""
    with services.storage.database.reading() as session:
        dataset = latest_version(session)
    active = services.jobs.active()
    return WorkspaceStatus(
        name=services.storage.settings.workspace.absolute().name,
        version=VERSION,
        champion=services.registry.alias(CHAMPION),
        challenger=services.registry.alias(CHALLENGER),
        dataset_version=None if dataset is None else dataset.id,
        serving_problem=services.champion.problem,
        active_job=None if active is None else Job.of(active),
    )
