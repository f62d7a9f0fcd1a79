"""The queue of long work. A job belongs to the worker that holds its lease.

At most one job of a kind runs at a time: a second training waits, an import beside it does not.
"""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from tellapart.errors import AlreadyRunning, JobNotFound, JobNotResumable
from tellapart.settings import Settings
from tellapart.store.database import Database
from tellapart.store.pages import Page, cut_page, parse_cursor
from tellapart.store.tables import Job, JobEvent, JobStatus, now

# Work that keeps checkpoints: begun again, it goes on where it was.
RESUMABLE = ("train",)
FINISHED: tuple[JobStatus, ...] = ("succeeded", "failed", "cancelled")


class JobQueue:
    """Jobs as rows. Every call is one short transaction; safe between threads and processes."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._lease = timedelta(seconds=settings.job_lease_s)
        self._max_attempts = settings.job_max_attempts

    def submit(
        self, kind: str, params: dict[str, Any], *, job_id: str | None = None, alone: bool = False
    ) -> Job:
        """Add a job and return it, queued.

        Raises:
            AlreadyRunning: it was to be the only one, and another of its kind runs or waits.
        """
        job = Job(
            id=job_id or new_job_id(), kind=kind, params=params, status="queued", attempts=0,
            cancel_requested=False, created_at=now(),
        )  # fmt: skip
        with self._database.writing() as session:
            if alone:
                _check_idle(session, kind)
            session.add(job)
        return job

    def check_idle(self, kind: str) -> None:
        """Make sure that no job of this kind runs or waits.

        Raises:
            AlreadyRunning: one does.
        """
        with self._database.reading() as session:
            _check_idle(session, kind)

    def newest(self, kind: str) -> Job | None:
        """The job of this kind that was submitted last."""
        return next(iter(self.page(kind=kind, limit=1).items), None)

    def get(self, job_id: str) -> Job:
        """One job.

        Raises:
            JobNotFound: no job has this id.
        """
        with self._database.reading() as session:
            return _existing(session, job_id)

    def page(
        self, *, kind: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page[Job]:
        """Jobs, newest first; of one kind, or of all."""
        offset = parse_cursor(cursor) or 0
        query = select(Job).order_by(Job.created_at.desc(), Job.id).offset(offset).limit(limit + 1)
        if kind is not None:
            query = query.where(Job.kind == kind)
        with self._database.reading() as session:
            rows = list(session.scalars(query))
        return cut_page(rows, limit, [str(offset + n + 1) for n in range(len(rows))])

    def active(self) -> Job | None:
        """The job that runs, or else the one that waits longest."""
        query = (
            select(Job)
            .where(Job.status.in_(("running", "queued")))
            .order_by(Job.status.desc(), Job.created_at)
            .limit(1)
        )
        with self._database.reading() as session:
            job: Job | None = session.scalar(query)
            return job

    def unfinished(self, kind: str, params: dict[str, Any]) -> Job | None:
        """The job that does just this already, or waits to."""
        query = select(Job).where(Job.kind == kind, Job.status.in_(("queued", "running")))
        with self._database.reading() as session:
            return next((job for job in session.scalars(query) if job.params == params), None)

    def unfinished_ids(self, kind: str) -> set[str]:
        """The jobs of a kind that run or wait."""
        query = select(Job.id).where(Job.kind == kind, Job.status.in_(("queued", "running")))
        with self._database.reading() as session:
            return set(session.scalars(query))

    def waiting(self, kind: str) -> bool:
        """Whether a job of this kind has not begun yet."""
        query = select(Job.id).where(Job.kind == kind, Job.status == "queued").limit(1)
        with self._database.reading() as session:
            return session.scalar(query) is not None

    def has_claimable(self) -> bool:
        """Whether a worker that asked now would get a job."""
        with self._database.reading() as session:
            return any(_claimable(session, job) for job in session.scalars(_waiting()))

    def holds(self, worker: str) -> bool:
        """Whether `worker` runs a job."""
        mine = and_(Job.worker == worker, Job.status == "running")
        with self._database.reading() as session:
            return session.scalar(select(Job.id).where(mine).limit(1)) is not None

    def claim(self, worker: str, *, job_id: str | None = None) -> Job | None:
        """Give the longest waiting job (or the one named) to `worker`, or None.

        A running job whose lease has run out is given again, from its last checkpoint; one whose
        workers died too often is failed instead.
        """
        with self._database.writing() as session:
            for job in session.scalars(_waiting()):
                if job.cancel_requested or job.attempts >= self._max_attempts:
                    _give_up(session, job)
                elif job_id in (None, job.id) and _claimable(session, job):
                    self._hand_over(session, job, worker)
                    return job
        return None

    def heartbeat(self, job_id: str, worker: str) -> bool:
        """Renew the lease; False when the job is no longer this worker's to run."""
        with self._database.writing() as session:
            job = _existing(session, job_id)
            if job.worker != worker or job.status != "running" or job.cancel_requested:
                return False
            job.lease_expires_at = now() + self._lease
            return True

    def abandon(self, worker: str) -> None:
        """Let go of what `worker` ran, because it is known to be dead."""
        mine = and_(Job.worker == worker, Job.status == "running")
        with self._database.writing() as session:
            session.execute(update(Job).where(mine).values(lease_expires_at=now()))

    def report(self, job_id: str, stage: str, progress: float | None) -> None:
        """Say what is being done, and which share of the job is done."""
        with self._database.writing() as session:
            changes = {"stage": stage, "progress": progress}
            session.execute(update(Job).where(Job.id == job_id).values(**changes))

    def log(self, job_id: str, message: str, data: dict[str, float] | None = None) -> None:
        """Add a line to the job's log; with figures it is a metric."""
        with self._database.writing() as session:
            session.add(_event(job_id, message, data))

    def events(self, job_id: str, *, after: int = 0, limit: int = 1000) -> list[JobEvent]:
        """Log lines newer than event `after`, oldest first."""
        query = (
            select(JobEvent)
            .where(JobEvent.job_id == job_id, JobEvent.id > after)
            .order_by(JobEvent.id)
            .limit(limit)
        )
        with self._database.reading() as session:
            return list(session.scalars(query))

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop; one that has not begun, or has no living worker, stops at once."""
        with self._database.writing() as session:
            job = _existing(session, job_id)
            if job.status in FINISHED:
                return job
            job.cancel_requested = True
            if job.status == "queued" or _lease_is_over(job):
                _finish(session, job, "cancelled")
            return job

    def resume(self, job_id: str) -> Job:
        """Queue a failed or cancelled job once more; it goes on from its last checkpoint.

        Raises:
            JobNotFound: no job has this id.
            JobNotResumable: it has not ended, has succeeded, or is of a kind without checkpoints.
        """
        with self._database.writing() as session:
            job = _existing(session, job_id)
            if job.kind not in RESUMABLE or job.status not in ("failed", "cancelled"):
                raise JobNotResumable(
                    f"Job {job_id} is {job.status} and of the kind {job.kind!r}. Only a training "
                    "that has failed or was cancelled can be resumed; start anything else anew."
                )
            job.status, job.attempts, job.cancel_requested = "queued", 0, False
            job.worker = job.started_at = job.finished_at = None
            job.error_code = job.error_detail = None
            session.add(_event(job.id, "Resumed", None))
            return job

    def succeed(self, job_id: str, worker: str, result: dict[str, Any]) -> None:
        """Close a job with what came out of it."""
        self._close(job_id, worker, "succeeded", result=result)

    def fail(self, job_id: str, worker: str, code: str, detail: str) -> None:
        """Close a job with the reason why it failed."""
        self._close(job_id, worker, "failed", code=code, detail=detail)

    def stop(self, job_id: str, worker: str) -> None:
        """Close a job that was asked to stop."""
        self._close(job_id, worker, "cancelled")

    def _close(
        self,
        job_id: str,
        worker: str,
        status: JobStatus,
        *,
        result: dict[str, Any] | None = None,
        code: str | None = None,
        detail: str | None = None,
    ) -> None:
        with self._database.writing() as session:
            job = _existing(session, job_id)
            # Another worker may have taken over while this one was suspended: its word counts.
            if job.worker == worker and job.status == "running":
                job.result = result
                _finish(session, job, status, code, detail)

    def _hand_over(self, session: Session, job: Job, worker: str) -> None:
        again = job.attempts > 0
        job.status = "running"
        job.worker = worker
        job.attempts += 1
        job.started_at = job.started_at or now()
        job.lease_expires_at = now() + self._lease
        if again:
            session.add(_event(job.id, "The worker stopped without a word; going on.", None))


def new_job_id() -> str:
    """An id that cannot be guessed or clash: 16 hexadecimal characters."""
    return secrets.token_hex(8)


def _waiting() -> Select[Job]:
    over = or_(Job.lease_expires_at.is_(None), Job.lease_expires_at < now())
    dead: ColumnElement[bool] = and_(Job.status == "running", over)
    return select(Job).where(or_(Job.status == "queued", dead)).order_by(Job.created_at)


def _claimable(session: Session, job: Job) -> bool:
    alive = and_(Job.status == "running", Job.lease_expires_at >= now(), Job.id != job.id)
    return session.scalar(select(Job.id).where(alive, Job.kind == job.kind).limit(1)) is None


def _lease_is_over(job: Job) -> bool:
    return job.lease_expires_at is None or job.lease_expires_at < now()


def _give_up(session: Session, job: Job) -> None:
    if job.cancel_requested:
        _finish(session, job, "cancelled")
        return
    detail = (
        f"The worker died {job.attempts} times while it ran this job, most often for lack of "
        "memory. Look at the log, close other programs or use fewer pictures, and start it again."
    )
    _finish(session, job, "failed", "worker_died", detail)


def _finish(
    session: Session,
    job: Job,
    status: JobStatus,
    code: str | None = None,
    detail: str | None = None,
) -> None:
    job.status = status
    job.finished_at = now()
    job.lease_expires_at = None
    job.error_code, job.error_detail = code, detail
    if status == "succeeded":
        job.progress = 1.0
    session.add(_event(job.id, detail or status.capitalize(), None))


def _event(job_id: str, message: str, data: dict[str, float] | None) -> JobEvent:
    kind = "metric" if data else "log"
    return JobEvent(job_id=job_id, type=kind, message=message, data=data, created_at=now())


def _check_idle(session: Session, kind: str) -> None:
    query = select(Job).where(Job.kind == kind, Job.status.in_(("queued", "running"))).limit(1)
    job = session.scalar(query)
    if job is not None:
        raise AlreadyRunning(
            f"Job {job.id} of the kind {kind!r} is {job.status} already. Wait for its end, or "
            "cancel it first."
        )


def _existing(session: Session, job_id: str) -> Job:
    job = session.get(Job, job_id)
    if job is None:
        raise JobNotFound(f"There is no job {job_id!r}. `tellapart jobs list` shows all jobs.")
    return job
