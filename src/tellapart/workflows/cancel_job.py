"""Cancel a job, and give back the space of the upload that it waited for."""

from tellapart.jobs.queue import JobQueue
from tellapart.store.storage import Storage
from tellapart.store.tables import Job


def cancel_job(storage: Storage, jobs: JobQueue, job_id: str) -> Job:
    """Ask a job to stop; one that has not begun, or has no living worker, stops at once.

    Raises:
        JobNotFound: no job has this id.
    """
    job = jobs.cancel(job_id)
    # One that runs removes its own once it has stopped.
    if job.status == "cancelled" and jobs.is_given_up(job.id):
        (storage.uploads / f"{job.id}.zip").unlink(missing_ok=True)
    return job
