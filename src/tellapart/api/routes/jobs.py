"""Long work: what runs, how far it is, and how to stop it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from tellapart.api.event_stream import EVENT_STREAM, STILL_HERE, event, event_stream
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.jobs import Job, JobEvent, JobPage
from tellapart.api.services import ServicesDep
from tellapart.jobs.queue import FINISHED, JobQueue
from tellapart.store.tables import JobKind
from tellapart.workflows.cancel_job import cancel_job as cancel

router = APIRouter(prefix="/api/jobs", tags=["jobs"])

_POLL_S = 0.3
_SILENCE_S = 15.0


@router.get("", responses=PROBLEMS[422])
def list_jobs(
    services: ServicesDep,
    kind: JobKind | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    cursor: str | None = None,
) -> JobPage:
    """Jobs, newest first; of one kind, or of all."""
    return JobPage.of(services.jobs.page(kind=kind, limit=limit, cursor=cursor))


@router.get("/{job_id}", responses=PROBLEMS[404, 422])
def get_job(job_id: str, services: ServicesDep) -> Job:
    """One job."""
    return Job.of(services.jobs.get(job_id))


@router.delete("/{job_id}", status_code=202, responses=PROBLEMS[404, 422])
def cancel_job(job_id: str, services: ServicesDep) -> Job:
    """Ask a job to stop. One that is finished stays as it is."""
    return Job.of(cancel(services.storage, services.jobs, job_id))


@router.post("/{job_id}/resume", status_code=202, responses=PROBLEMS[404, 409, 422])
def resume_job(job_id: str, services: ServicesDep) -> Job:
    """Queue a training that failed or was cancelled once more, from its last checkpoint."""
    return Job.of(services.jobs.resume(job_id))


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses={**EVENT_STREAM, **PROBLEMS[404, 422]},
)
async def job_events(
    job_id: str,
    request: Request,
    services: ServicesDep,
    last_event_id: Annotated[int, Header(ge=0, lt=2**63)] = 0,
) -> StreamingResponse:
    """Server-sent events: `job` whenever the job changes, `log` for each line, then `end`."""
    await run_in_threadpool(services.jobs.get, job_id)
    return event_stream(_follow(services.jobs, job_id, last_event_id), request)


async def _follow(jobs: JobQueue, job_id: str, last: int) -> AsyncIterator[str]:
    shown = ""
    silent_s = 0.0
    while True:
        # The job first: once it is finished, no line can follow those that are read next.
        job = Job.of(await run_in_threadpool(jobs.get, job_id))
        lines = await run_in_threadpool(jobs.events, job_id, after=last)
        for line in lines:
            last = line.id
            yield event("log", JobEvent.model_validate(line, from_attributes=True), line.id)
        if job.model_dump_json() != shown:
            shown = job.model_dump_json()
            yield event("job", job)
        elif not lines:
            silent_s += _POLL_S
        if job.root.status in FINISHED:
            yield "event: end\ndata: {}\n\n"
            return
        if silent_s >= _SILENCE_S:
            silent_s = 0.0
            yield STILL_HERE
        await asyncio.sleep(_POLL_S)
