"""`tellapart jobs`: list, show, cancel, resume."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.table import Column

from tellapart.api.schemas import jobs as schemas
from tellapart.cli.context import context_of
from tellapart.cli.models.train import describe
from tellapart.cli.progress import progress
from tellapart.store.tables import Job
from tellapart.workflows.cancel_job import cancel_job

app = typer.Typer(help="Long work: list, show, cancel, resume.", no_args_is_help=True)

_SHOWN, _ALL = 50, 10_000

JobId = Annotated[str, typer.Argument(help="Id of the job, or how it begins.")]


@app.command("list")
def list_jobs(context: typer.Context) -> None:
    """The newest fifty jobs; with `--json` all."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        page = workspace.jobs.page(limit=_ALL if chosen.as_json else _SHOWN)
    rows = [
        (
            job.id, job.kind, job.status, job.stage or "",
            "" if job.progress is None else f"{job.progress:.0%}",
            f"{job.created_at:%Y-%m-%d %H:%M}",
        )
        for job in page.items
    ]  # fmt: skip
    columns = (Column("id", no_wrap=True), "kind", "status", "stage", "done", "asked for (UTC)")
    chosen.print_table(schemas.JobPage.of(page), columns, rows, "There are no jobs yet.")


@app.command("show")
def show(context: typer.Context, job_id: JobId) -> None:
    """A job and its log."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        job = workspace.jobs.find(job_id)
        log = [f"  {event.message}" for event in workspace.jobs.events(job.id)]
    chosen.print(schemas.Job.of(job), "\n".join([*_in_words(job), "log:", *log]))


@app.command("cancel")
def cancel(context: typer.Context, job_id: JobId) -> None:
    """Ask a job to stop."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        found = workspace.jobs.find(job_id)
        job = cancel_job(workspace.storage, workspace.jobs, found.id)
    running = job.status == "running"
    text = "It stops at its next step." if running else f"It is {job.status}."
    chosen.print(schemas.Job.of(job), f"Job {job.id}: {text}")


@app.command("resume")
def resume(context: typer.Context, job_id: JobId) -> None:
    """Go on with a training that failed or was cancelled, here and now."""
    chosen = context_of(context)
    with chosen.open() as workspace, progress() as reporter:
        outcome = workspace.resume(workspace.jobs.find(job_id).id, reporter)
        text = describe(workspace, outcome)
    chosen.print(outcome, text)


def _in_words(job: Job) -> Iterator[str]:
    for name in ("id", "kind", "status", "stage", "progress", "params", "result"):
        yield f"{name}: {getattr(job, name)}"
    yield f"error: {job.error_detail}"
    yield f"created_at: {job.created_at}"
    yield f"finished_at: {job.finished_at}"
