"""What a worker does with a job that it holds: run it, keep the lease, tell how it goes."""

import os
import socket
import threading
import time
from collections.abc import Callable

import structlog

from tellapart.errors import JobCancelled
from tellapart.jobs.contracts import AnyJobParams, params_of
from tellapart.jobs.failures import INTERNAL_ERROR, failure
from tellapart.jobs.payloads import JobResult
from tellapart.jobs.progress import NullReporter, ProgressReporter
from tellapart.jobs.queue import JobQueue
from tellapart.store.outages import database_unavailable
from tellapart.store.tables import Job

_REPORT_INTERVAL_S = 0.25
_log = structlog.get_logger()


def worker_name(pid: int | None = None) -> str:
    """The name under which a process of this machine (by default this one) holds leases."""
    return f"{socket.gethostname()}:{pid or os.getpid()}"


class JobReporter:
    """Writes progress to the job's row, a few times a second at most, and tells an observer."""

    def __init__(self, queue: JobQueue, job: Job, observer: ProgressReporter) -> None:
        self.job_id = job.id
        self._job = job
        self.lost = threading.Event()
        self._queue = queue
        self._observer = observer
        self._stage: str | None = None
        self._reported_at = 0.0

    def stage(self, name: str, share: float | None) -> None:
        """What is being done now, and which share of the whole job is done (0 to 1)."""
        self._observer.stage(name, share)
        at = time.monotonic()
        if name == self._stage and at - self._reported_at < _REPORT_INTERVAL_S:
            return
        self._stage, self._reported_at = name, at
        if not self._queue.report(self._job, name, share):
            self.lost.set()

    def log(self, message: str, **figures: float) -> None:
        """A line for the log; with figures it is a metric."""
        self._observer.log(message, **figures)
        if not self._queue.log(self._job, message, figures or None):
            self.lost.set()

    def check_cancelled(self) -> None:
        """Raise `JobCancelled` when the job is to stop."""
        if self.lost.is_set():
            raise JobCancelled("The job was cancelled; what it had begun was left out.")


# What does a job: its parameters, which tell its kind, to its result.
Workflow = Callable[[AnyJobParams, JobReporter], JobResult]


def run_job(
    queue: JobQueue,
    job: Job,
    workflow: Workflow,
    *,
    lease_s: float,
    observer: ProgressReporter | None = None,
) -> None:
    """Run a claimed job to its end and write down how it ended; never raises for its failure."""
    reporter = JobReporter(queue, job, observer or NullReporter())
    done = threading.Event()
    beat = threading.Thread(
        target=_keep_lease, args=(queue, job, lease_s / 4, reporter.lost, done),
        name="heartbeat", daemon=True,
    )  # fmt: skip
    beat.start()
    try:
        _run(queue, job, workflow, reporter)
    finally:
        done.set()
        beat.join()


def _run(queue: JobQueue, job: Job, workflow: Workflow, reporter: JobReporter) -> None:
    try:
        queue.succeed(job, workflow(params_of(job), reporter))
    except JobCancelled:
        queue.stop(job)
    except KeyboardInterrupt:
        queue.stop(job)
        raise
    except Exception as error:
        if database_unavailable(error):
            # Neither a result nor a failure could be kept. Once the lease has run out, another
            # attempt goes on from what this one has left.
            _log.warning("job_let_go", job_id=job.id, kind=job.kind, exc_info=True)
            return
        code, detail = failure(error)
        if code == INTERNAL_ERROR:
            _log.exception("job_crashed", job_id=job.id, kind=job.kind)
        queue.fail(job, code, detail)


def _keep_lease(
    queue: JobQueue,
    job: Job,
    interval_s: float,
    lost: threading.Event,
    done: threading.Event,
) -> None:
    # Cancellation is noticed here, so it asks more often than the lease needs.
    while not done.wait(min(interval_s, 0.5)):
        try:
            if not queue.heartbeat(job):
                lost.set()
                return
        except Exception:
            # A busy database is no reason to give up the work: the lease lasts several beats.
            _log.warning("heartbeat_failed", job_id=job.id, exc_info=True)
