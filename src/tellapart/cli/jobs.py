"""`tellapart jobs`: list, show, cancel, resume."""

from typing import Annotated, Any

import typer

from tellapart.cli.context import context_of
from tellapart.cli.progress import progress
from tellapart.cli.train import describe
from tellapart.store.tables import Job

app = typer.Typer(help="Long work: list, show, cancel, resume.", no_args_is_help=True)

JobId = Annotated[str, typer.Argument(help="Id of the job.")]


@app.command("list")
def list_jobs(context: typer.Context) -> None:
    """The newest fifty jobs."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        jobs = workspace.jobs.page(limit=50).items
    rows = [
        (
            job.id, job.kind, job.status, job.stage or "",
            "" if job.progress is None else f"{job.progress:.0%}",
            f"{job.created_at:%Y-%m-%d %H:%M}",
        )
        for job in jobs
    ]  # fmt: skip
    columns = ("id", "kind", "status", "stage", "done", "asked for (UTC)")
    chosen.print_table([_as_json(job) for job in jobs], columns, rows, "There are no jobs yet.")


@app.command("show")
def show(context: typer.Context, job_id: JobId) -> None:
    """A job and its log."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        job = workspace.jobs.get(job_id)
        log = [event.message for event in workspace.jobs.events(job_id)]
    found = {**_as_json(job), "log": log}
    lines = [f"{key}: {value}" for key, value in found.items() if key != "log"]
    chosen.print(found, "\n".join([*lines, "log:", *(f"  {line}" for line in log)]))


@app.command("cancel")
def cancel(context: typer.Context, job_id: JobId) -> None:
    """Ask a job to stop."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        job = workspace.jobs.cancel(job_id)
    running = job.status == "running"
    text = "It stops at its next step." if running else f"It is {job.status}."
    chosen.print(_as_json(job), f"Job {job.id}: {text}")


@app.command("resume")
def resume(context: typer.Context, job_id: JobId) -> None:
    """Go on with a training that failed or was cancelled, here and now."""
    chosen = context_of(context)
    with chosen.open() as workspace, progress() as reporter:
        outcome = workspace.resume(job_id, reporter)
        text = describe(workspace, outcome)
    chosen.print(outcome.model_dump(), text)


def _as_json(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "status": job.status,
        "stage": job.stage,
        "progress": job.progress,
        "params": job.params,
        "result": job.result,
        "error": job.error_detail,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }
