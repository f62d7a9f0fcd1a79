from structlog.testing import capture_logs

from tellapart.cli.jobs.worker import run_next
from tellapart.jobs.contracts import CheckParams
from tellapart.workspace import Workspace
from tests.support.servers.outages import lost_file


def test_a_worker_goes_on_when_the_database_is_back(workspace: Workspace) -> None:
    job = workspace.jobs.submit(CheckParams())
    with capture_logs() as logs, lost_file(workspace.storage):
        assert not run_next(workspace)
    assert [line["event"] for line in logs] == ["worker_waits"]
    assert run_next(workspace)
    assert workspace.jobs.get(job.id).error_code == "dataset_error"
    assert not run_next(workspace)
