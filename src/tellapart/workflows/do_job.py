"""Do a job in this process; who does it elsewhere meanwhile is waited for."""

import time
from functools import partial

from tellapart.errors import JobCancelled, JobError
from tellapart.jobs.contracts import result_of
from tellapart.jobs.payloads import JobResult
from tellapart.jobs.progress import ProgressReporter
from tellapart.jobs.queue import FINISHED, JobQueue
from tellapart.jobs.worker import run_job, worker_name
from tellapart.store.storage import Storage
from tellapart.store.tables import Job
from tellapart.workflows.run_workflow import run_workflow

_POLL_S = 0.3


def do_job(storage: Storage, jobs: JobQueue, job_id: str, observer: ProgressReporter) -> JobResult:
    """The result of a job, which is cancelled when this is interrupted from the keyboard.

    Raises:
        JobCancelled: it was cancelled.
        JobError: it failed; the message says why.
    """
    try:
        job = _to_end(storage, jobs, job_id, observer)
    except KeyboardInterrupt:
        jobs.cancel(job_id)
        raise
    if job.status == "cancelled":
        raise JobCancelled("The job was cancelled; what it had begun was left out.")
    result = result_of(job)
    if result is None:
        raise JobError(job.error_detail or "The job failed.")
    return result


def _to_end(storage: Storage, jobs: JobQueue, job_id: str, observer: ProgressReporter) -> Job:
    shown = 0
    while True:
        claimed = jobs.claim(worker_name(), job_id=job_id)
        if claimed is not None:
            lease_s, workflow = storage.settings.job_lease_s, partial(run_workflow, storage)
            run_job(jobs, claimed, workflow, lease_s=lease_s, observer=observer)
        job = jobs.get(job_id)
        if job.status in FINISHED:
            return job
        observer.stage(job.stage or "Waiting for its turn", job.progress)
        for event in jobs.events(job_id, after=shown):
            shown = event.id
            observer.log(event.message, **(event.data or {}))
        time.sleep(_POLL_S)
