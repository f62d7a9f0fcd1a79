"""The queue of long work. A job belongs to the worker that holds its lease.

At most one job of a kind runs at a time: a second training waits, an import beside it does not.

Each time that a job is given to a worker is an attempt, with a number of its own. A worker whose
attempt is not the last one was thought dead and has been replaced: what it says is not written.
Leases run by the clock of the database, which is the same for all machines.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from tellapart.errors import AlreadyRunning, InvalidRequest, JobNotFound, JobNotResumable
from tellapart.jobs.contracts import CONTRACTS
from tellapart.jobs.payloads import JobParams, JobResult
from tellapart.settings import Settings
from tellapart.store.database import Database, database_time
from tellapart.store.locks import hold
from tellapart.store.pages import LARGEST_ID, Page, cut_page, parse_cursor
from tellapart.store.tables import Job, JobEvent, JobKind, JobStatus, now

# Work that keeps checkpoints: begun again, it goes on where it was.
RESUMABLE: tuple[JobKind, ...] = ("train",)
_WORKER_LOST = "Worker lost; running again, from the last checkpoint if there is one."
FINISHED: tuple[JobStatus, ...] = ("succeeded", "failed", "cancelled")


class JobQueue:
    """Jobs as rows. Every call is one short transaction; safe between threads and processes."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._lease = timedelta(seconds=settings.job_lease_s)
        self._max_attempts = settings.job_max_attempts

    def submit(
        self, params: JobParams[Any], *, job_id: str | None = None, alone: bool = False
    ) -> Job:
        """Add a job and return it, queued.

        Raises:
            AlreadyRunning: it was to be the only one, and another of its kind runs or waits.
        """
        job = _new_job(params, job_id or new_job_id())
        with self._database.writing() as session:
            if alone:
                hold(session, "jobs")
                _check_idle(session, params.kind)
            session.add(job)
        return job

    def submit_once(self, params: JobParams[Any]) -> Job:
        """The job that does just this already, or waits to; else a new one, queued."""
        job = _new_job(params, new_job_id())
        query = select(Job).where(Job.kind == params.kind, Job.status.in_(("queued", "running")))
        with self._database.writing() as session:
            hold(session, "jobs")
            for found in session.scalars(query):
                if found.params == job.params:
                    return found
            session.add(job)
        return job

    def check_idle(self, kind: JobKind) -> None:
        """Make sure that no job of this kind runs or waits.

        Raises:
            AlreadyRunning: one does.
        """
        with self._database.reading() as session:
            _check_idle(session, kind)

    def newest(self, kind: JobKind) -> Job | None:
        """The job of this kind that was submitted last."""
        return next(iter(self.page(kind=kind, limit=1).items), None)

    def get(self, job_id: str) -> Job:
        """One job.

        Raises:
            JobNotFound: no job has this id.
        """
        with self._database.reading() as session:
            return _existing(session, job_id)

    def find(self, beginning: str) -> Job:
        """The only job whose id begins so.

        Raises:
            JobNotFound: no id begins so.
            InvalidRequest: several do.
        """
        query = select(Job).where(Job.id.startswith(beginning, autoescape=True)).limit(2)
        with self._database.reading() as session:
            found = session.scalars(query).all()
            if not beginning or not found:
                return _existing(session, beginning)
        if len(found) > 1:
            raise InvalidRequest(
                f"Several jobs have an id that begins with {beginning!r}. Give more of it; "
                "`tellapart jobs list` shows all jobs."
            )
        return found[0]

    def page(
        self, *, kind: JobKind | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page[Job]:
        """Jobs, newest first; of one kind, or of all that this release knows."""
        offset = parse_cursor(cursor) or 0
        kinds = CONTRACTS if kind is None else (kind,)
        query = (
            select(Job)
            .where(Job.kind.in_(kinds))
            .order_by(Job.created_at.desc(), Job.id)
            .offset(offset)
            .limit(limit + 1)
        )
        with self._database.reading() as session:
            rows = list(session.scalars(query))
        return cut_page(rows, limit, [str(offset + n + 1) for n in range(len(rows))])

    def active(self) -> Job | None:
        """The job that runs, or else the one that waits longest."""
        query = (
            select(Job)
            .where(Job.status.in_(("running", "queued")), Job.kind.in_(CONTRACTS))
            .order_by(Job.status.desc(), Job.created_at)
            .limit(1)
        )
        with self._database.reading() as session:
            job: Job | None = session.scalar(query)
            return job

    def unfinished_ids(self, kind: JobKind | None = None) -> set[str]:
        """The jobs, all or those of a kind, that run or wait."""
        query = select(Job.id).where(Job.status.in_(("queued", "running")))
        if kind is not None:
            query = query.where(Job.kind == kind)
        with self._database.reading() as session:
            return set(session.scalars(query))

    def lost_ids(self) -> list[str]:
        """The jobs whose worker has let its lease run out."""
        with self._database.reading() as session:
            at = database_time(session)
            running = session.scalars(select(Job).where(Job.status == "running")).all()
        return [job.id for job in running if _lease_is_over(job, at)]

    def waiting(self, kind: JobKind) -> bool:
        """Whether a job of this kind has not begun yet."""
        query = select(Job.id).where(Job.kind == kind, Job.status == "queued").limit(1)
        with self._database.reading() as session:
            return session.scalar(query) is not None

    def counts(self) -> dict[tuple[str, str], int]:
        """How many jobs there are, by kind and status."""
        query = select(Job.kind, Job.status, func.count()).group_by(Job.kind, Job.status)
        with self._database.reading() as session:
            return {(row[0], row[1]): row[2] for row in session.execute(query)}

    def has_claimable(self) -> bool:
        """Whether a worker that asked now would get a job."""
        with self._database.reading() as session:
            at = database_time(session)
            return any(_claimable(session, job, at) for job in session.scalars(_waiting(at)))

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
            # The lock is for the rule of one job of a kind, which no lock on rows can keep.
            hold(session, "jobs")
            at = database_time(session)
            # A row that is locked is being written to, by its worker or by who cancels it.
            for job in session.scalars(_waiting(at).with_for_update(skip_locked=True)):
                if job.cancel_requested or _deaths(job) >= self._max_attempts:
                    _give_up(session, job)
                elif job_id in (None, job.id) and _claimable(session, job, at):
                    self._hand_over(session, job, worker, at)
                    return job
        return None

    def heartbeat(self, claimed: Job) -> bool:
        """Renew the lease; False when the job is no longer to be run by whoever claimed it."""
        with self._database.writing() as session:
            job = _still_claimed(session, claimed)
            if job is None or job.cancel_requested:
                return False
            job.lease_expires_at = database_time(session) + self._lease
            return True

    def abandon(self, worker: str) -> None:
        """Let go of what `worker` ran, because it is known to be dead."""
        mine = and_(Job.worker == worker, Job.status == "running")
        with self._database.writing() as session:
            at = database_time(session)
            session.execute(update(Job).where(mine).values(lease_expires_at=at))

    def report(self, claimed: Job, stage: str, progress: float | None) -> bool:
        """Say what is being done, and which share of the job; False when it was taken over."""
        with self._database.writing() as session:
            job = _still_claimed(session, claimed)
            if job is not None:
                job.stage, job.progress = stage, progress
            return job is not None

    def log(self, claimed: Job, message: str, data: dict[str, float] | None = None) -> bool:
        """Add a line to the log, a metric if it has figures; False when it was taken over."""
        with self._database.writing() as session:
            job = _still_claimed(session, claimed)
            if job is not None:
                session.add(_event(job.id, message, data))
            return job is not None

    def events(self, job_id: str, *, after: int = 0, limit: int = 1000) -> list[JobEvent]:
        """Log lines newer than event `after`, oldest first."""
        query = (
            select(JobEvent)
            .where(JobEvent.job_id == job_id, JobEvent.id > min(after, LARGEST_ID))
            .order_by(JobEvent.id)
            .limit(limit)
        )
        with self._database.reading() as session:
            return list(session.scalars(query))

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop; one that has not begun, or has no living worker, stops at once."""
        with self._database.writing() as session:
            job = _existing(session, job_id, for_update=True)
            if job.status in FINISHED:
                return job
            job.cancel_requested = True
            if job.status == "queued" or _lease_is_over(job, database_time(session)):
                _finish(session, job, "cancelled")
            return job

    def is_given_up(self, job_id: str) -> bool:
        """Whether a job was asked to stop, and cannot be resumed."""
        with self._database.reading() as session:
            job = session.get(Job, job_id)
            return job is not None and job.cancel_requested and job.kind not in RESUMABLE

    def resume(self, job_id: str) -> Job:
        """Queue a failed or cancelled job once more; it goes on from its last checkpoint.

        Raises:
            JobNotFound: no job has this id.
            JobNotResumable: it has not ended, has succeeded, or is of a kind without checkpoints.
        """
        with self._database.writing() as session:
            job = _existing(session, job_id, for_update=True)
            if job.kind not in RESUMABLE or job.status not in ("failed", "cancelled"):
                raise JobNotResumable(
                    f"Job {job_id} is {job.status} and of the kind {job.kind!r}. Only a training "
                    "that has failed or was cancelled can be resumed; start anything else anew."
                )
            job.status, job.resumed_after, job.cancel_requested = "queued", job.attempts, False
            job.worker = job.started_at = job.finished_at = None
            job.error_code = job.error_detail = None
            session.add(_event(job.id, "Resumed", None))
            return job

    def succeed(self, claimed: Job, result: JobResult) -> None:
        """Close a job with what came out of it."""
        self._close(claimed, "succeeded", result=result)

    def fail(self, claimed: Job, code: str, detail: str) -> None:
        """Close a job with the reason why it failed."""
        self._close(claimed, "failed", code=code, detail=detail)

    def stop(self, claimed: Job) -> None:
        """Close a job that was asked to stop."""
        self._close(claimed, "cancelled")

    def _close(
        self,
        claimed: Job,
        status: JobStatus,
        *,
        result: JobResult | None = None,
        code: str | None = None,
        detail: str | None = None,
    ) -> None:
        with self._database.writing() as session:
            job = _still_claimed(session, claimed)
            if job is not None:
                job.result = None if result is None else result.model_dump(mode="json")
                _finish(session, job, status, code, detail)

    def _hand_over(self, session: Session, job: Job, worker: str, at: datetime) -> None:
        again = _deaths(job) > 0
        job.status = "running"
        job.worker = worker
        job.attempts += 1
        job.started_at = job.started_at or now()
        job.lease_expires_at = at + self._lease
        if again:
            session.add(_event(job.id, _WORKER_LOST, None))


def new_job_id() -> str:
    """An id that cannot be guessed or clash: 16 hexadecimal characters."""
    return secrets.token_hex(8)


def _new_job(params: JobParams[Any], job_id: str) -> Job:
    return Job(
        id=job_id, kind=params.kind, params=params.model_dump(mode="json"), status="queued",
        attempts=0, resumed_after=0, cancel_requested=False, created_at=now(),
    )  # fmt: skip


def _waiting(at: datetime) -> Select[Job]:
    over = or_(Job.lease_expires_at.is_(None), Job.lease_expires_at < at)
    dead: ColumnElement[bool] = and_(Job.status == "running", over)
    return select(Job).where(or_(Job.status == "queued", dead)).order_by(Job.created_at, Job.id)


def _claimable(session: Session, job: Job, at: datetime) -> bool:
    alive = and_(Job.status == "running", Job.lease_expires_at >= at, Job.id != job.id)
    return session.scalar(select(Job.id).where(alive, Job.kind == job.kind).limit(1)) is None


def _lease_is_over(job: Job, at: datetime) -> bool:
    return job.lease_expires_at is None or job.lease_expires_at < at


def _deaths(job: Job) -> int:
    """How many workers were lost since the job was submitted or resumed, before it is claimed."""
    return job.attempts - job.resumed_after


def _give_up(session: Session, job: Job) -> None:
    if job.cancel_requested:
        _finish(session, job, "cancelled")
        return
    detail = (
        f"The worker died {_deaths(job)} times while it ran this job, most often for lack of "
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
            "cancel it first.",
            job.id,
        )


def _still_claimed(session: Session, claimed: Job) -> Job | None:
    """The row, locked, if the attempt that was claimed is still the one that runs."""
    job = _existing(session, claimed.id, for_update=True)
    return job if job.status == "running" and job.attempts == claimed.attempts else None


def _existing(session: Session, job_id: str, *, for_update: bool = False) -> Job:
    job = session.get(Job, job_id, with_for_update=for_update)
    if job is None:
        raise JobNotFound(f"There is no job {job_id[:80]!r}. `tellapart jobs list` shows all jobs.")
    return job
