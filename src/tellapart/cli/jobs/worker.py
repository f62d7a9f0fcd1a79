"""`tellapart worker`: run jobs. A server starts workers by itself."""

import os
import time
from functools import partial
from typing import Annotated

import structlog
import typer

from tellapart.cli.context import context_of
from tellapart.jobs.worker import run_job, worker_name
from tellapart.store.outages import outage_of
from tellapart.workflows.run_workflow import run_workflow
from tellapart.workspace import Workspace

# Training beside a server must not slow down its answers.
_NICENESS = 10
_log = structlog.get_logger()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Stop when no job is waiting.")] = False,
) -> None:
    """Run waiting jobs, one after another."""
    os.nice(_NICENESS)
    with context_of(context).open() as workspace:
        while run_next(workspace) or not once:
            pass


def run_next(workspace: Workspace) -> bool:
    """Run a job if one waits; False, a moment later, if none does or the database is lost."""
    try:
        if _run_claimed(workspace):
            return True
    except Exception as error:
        outage = outage_of(error)
        if outage is None:
            raise
        _log.warning("worker_waits", problem=str(outage), cause=str(error))
    time.sleep(workspace.settings.job_poll_s)
    return False


def _run_claimed(workspace: Workspace) -> bool:
    job = workspace.jobs.claim(worker_name())
    if job is None:
        return False
    lease_s, workflow = workspace.settings.job_lease_s, partial(run_workflow, workspace.storage)
    run_job(workspace.jobs, job, workflow, lease_s=lease_s)
    return True
