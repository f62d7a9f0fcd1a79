import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from tellapart.errors import JobCancelled, NoClassesFound
from tellapart.jobs.contracts import (
    AnyJobParams,
    CheckParams,
    ImportParams,
    ImportResult,
    result_of,
)
from tellapart.jobs.payloads import JobResult
from tellapart.jobs.progress import NullReporter, SubProgress
from tellapart.jobs.queue import JobQueue
from tellapart.jobs.worker import JobReporter, Workflow, run_job, worker_name
from tellapart.store.outages import storage_full
from tellapart.store.storage import Storage
from tellapart.store.tables import Job
from tests.support.jobs import imported

Body = Callable[[JobReporter], Any]


class Recorder(NullReporter):
    """An observer that remembers what it was told."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, float | None]] = []
        self.lines: list[tuple[str, Mapping[str, float]]] = []

    def stage(self, name: str, share: float | None) -> None:
        self.stages.append((name, share))

    def log(self, message: str, **figures: float) -> None:
        self.lines.append((message, figures))


@pytest.fixture
def queue(storage: Storage) -> JobQueue:
    return JobQueue(storage.database, storage.settings)


def run(
    queue: JobQueue, body: Body, *, lease_s: float = 30.0, observer: Recorder | None = None
) -> Job:
    """The job after its end, whose workflow is `body`."""
    workflow: Workflow = lambda _params, reporter: body(reporter)  # noqa: E731
    queue.submit(CheckParams())
    job = queue.claim(worker_name())
    assert job is not None
    run_job(queue, job, workflow, lease_s=lease_s, observer=observer)
    return queue.get(job.id)


def raises(error: BaseException) -> Body:
    def body(_reporter: JobReporter) -> None:
        raise error

    return body


def test_a_workflow_gets_its_parameters_and_gives_the_result(queue: JobQueue) -> None:
    queue.submit(ImportParams(source="a", unlabeled=True))
    job = queue.claim("somebody")
    assert job is not None
    given: list[AnyJobParams] = []

    def workflow(params: AnyJobParams, _reporter: JobReporter) -> ImportResult:
        given.append(params)
        return imported(1)

    run_job(queue, job, workflow, lease_s=30)
    done = queue.get(job.id)
    assert (done.status, result_of(done)) == ("succeeded", imported(1))
    assert given == [ImportParams(source="a", unlabeled=True)]


@pytest.mark.parametrize(
    ("kind", "params", "words"),
    [
        ("train", {"recipe": "auto", "time_budget_s": 60}, "no field 'time_budget_s'.*anew"),
        ("train", {"recipe": "forest"}, "recipe: Input should be 'auto'"),
        ("import", {}, "source: Field required"),
        ("fly", {}, "no job of the kind 'fly'.*Update Tellapart"),
    ],
)
def test_a_job_of_another_release_that_cannot_be_run_fails_and_says_why(
    queue: JobQueue, storage: Storage, kind: str, params: dict[str, Any], words: str
) -> None:
    with storage.database.writing() as session:
        session.add(Job(id="old", kind=kind, params=params))
    job = queue.claim("one")
    assert job is not None
    with capture_logs() as logs:
        run_job(queue, job, lambda _params, _reporter: imported(1), lease_s=30)
    done = queue.get("old")
    assert (done.status, done.error_code) == ("failed", "invalid_job")
    assert re.search(words, done.error_detail or "")
    assert logs == []


@pytest.mark.parametrize(
    ("error", "code", "detail"),
    [
        (NoClassesFound("No classes in a.zip."), "no_classes", "No classes in a.zip."),
        (MemoryError(), "out_of_memory", "Memory ran out. Close other programs, retry."),
        (
            OSError(5, "Input/output error"),
            "io_error",
            "Reading or writing failed: [Errno 5] Input/output error.",
        ),
        (
            OSError(28, "No space left on device"),
            "storage_full",
            str(storage_full(OSError(28, ""))),
        ),
    ],
)
def test_known_errors_are_reasons(
    queue: JobQueue, error: Exception, code: str, detail: str
) -> None:
    job = run(queue, raises(error))
    assert (job.status, job.error_code, job.error_detail) == ("failed", code, detail)


def test_a_job_is_let_go_when_the_database_is_lost(queue: JobQueue) -> None:
    with capture_logs() as logs:
        job = run(queue, raises(OperationalError("", {}, Exception("gone"))), lease_s=0.1)
    assert job.status == "running"
    assert [line["event"] for line in logs] == ["job_let_go"]


def test_an_unexpected_error_fails_the_job_and_is_logged(queue: JobQueue) -> None:
    with capture_logs() as logs:
        job = run(queue, raises(ZeroDivisionError("division by zero")))
    assert (job.status, job.error_code) == ("failed", "internal_error")
    assert job.error_detail is not None
    assert "ZeroDivisionError: division by zero" in job.error_detail
    assert [line["event"] for line in logs] == ["job_crashed"]


def test_a_result_that_cannot_be_stored_fails_the_job(queue: JobQueue) -> None:
    with capture_logs():
        job = run(queue, lambda _reporter: {"value": object()})
    assert (job.status, job.error_code) == ("failed", "internal_error")


def test_a_workflow_may_stop_itself(queue: JobQueue) -> None:
    assert run(queue, raises(JobCancelled("Stop."))).status == "cancelled"


def test_an_interrupt_cancels_the_job_and_goes_on_up(queue: JobQueue) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(queue, raises(KeyboardInterrupt()))
    assert queue.page().items[0].status == "cancelled"


def test_a_cancelled_job_hears_of_it(queue: JobQueue) -> None:
    def body(reporter: JobReporter) -> None:
        queue.cancel(reporter.job_id)
        for _ in range(200):
            reporter.check_cancelled()
            time.sleep(0.02)

    assert run(queue, body, lease_s=0.2).status == "cancelled"


def test_a_job_that_finishes_before_it_hears_has_finished(queue: JobQueue) -> None:
    def body(reporter: JobReporter) -> JobResult:
        queue.cancel(reporter.job_id)
        return imported(1)

    job = run(queue, body)
    assert (job.status, job.result) == ("succeeded", imported(1).model_dump())


def test_a_job_that_was_taken_over_is_left_alone(queue: JobQueue) -> None:
    def body(reporter: JobReporter) -> None:
        queue.abandon(worker_name())
        # A heartbeat that came just now has taken it back.
        while queue.claim("another") is None:
            queue.abandon(worker_name())
        for _ in range(200):
            reporter.check_cancelled()
            time.sleep(0.02)

    job = run(queue, body, lease_s=0.2)
    assert (job.status, job.worker) == ("running", "another")


def test_the_lease_is_kept_while_a_job_runs_long(queue: JobQueue) -> None:
    def body(reporter: JobReporter) -> JobResult:
        ends = {queue.get(reporter.job_id).lease_expires_at}
        while len(ends) < 4:
            reporter.check_cancelled()
            time.sleep(0.01)
            ends.add(queue.get(reporter.job_id).lease_expires_at)
        assert queue.claim("thief") is None
        return imported()

    assert run(queue, body, lease_s=0.3).status == "succeeded"


def test_a_busy_database_does_not_end_the_heartbeat(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats: list[int] = []
    beat = queue.heartbeat

    def failing_at_first(job: Job) -> bool:
        beats.append(1)
        if len(beats) == 1:
            raise TimeoutError("database is locked")
        return beat(job)

    monkeypatch.setattr(queue, "heartbeat", failing_at_first)

    def body(reporter: JobReporter) -> JobResult:
        while len(beats) < 3:
            reporter.check_cancelled()
            time.sleep(0.01)
        return imported()

    with capture_logs() as logs:
        assert run(queue, body, lease_s=0.1).status == "succeeded"
    assert [line["event"] for line in logs] == ["heartbeat_failed"]


def test_no_thread_is_left_behind(queue: JobQueue) -> None:
    run(queue, lambda _reporter: imported())
    assert "heartbeat" not in [thread.name for thread in threading.enumerate()]


def test_progress_and_log_go_to_the_job_and_to_the_observer(queue: JobQueue) -> None:
    observer = Recorder()

    def body(reporter: JobReporter) -> JobResult:
        reporter.stage("Reading", None)
        reporter.stage("Training", 0.25)
        reporter.log("epoch 1", loss=0.5)
        reporter.log("Nearly there")
        running = queue.get(reporter.job_id)
        assert (running.stage, running.progress) == ("Training", 0.25)
        return imported()

    job = run(queue, body, observer=observer)
    assert observer.stages == [("Reading", None), ("Training", 0.25)]
    assert observer.lines == [("epoch 1", {"loss": 0.5}), ("Nearly there", {})]
    lines = [(line.type, line.message, line.data) for line in queue.events(job.id)]
    assert lines == [
        ("metric", "epoch 1", {"loss": 0.5}),
        ("log", "Nearly there", None),
        ("log", "Succeeded", None),
    ]


def test_progress_is_not_written_at_every_image(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[float | None] = []

    def write(_job: Job, _stage: str, share: float | None) -> bool:
        writes.append(share)
        return True

    monkeypatch.setattr(queue, "report", write)

    def body(reporter: JobReporter) -> JobResult:
        for n in range(1000):
            reporter.stage("Importing", n / 1000)
        return imported()

    run(queue, body)
    assert len(writes) < 10


def test_the_name_of_a_worker_names_the_process() -> None:
    assert worker_name().endswith(f":{os.getpid()}")


def test_a_part_counts_within_the_whole() -> None:
    whole = Recorder()
    part = SubProgress(SubProgress(whole, 0.0, 0.5), 0.5, 1.0)
    part.stage("begin", 0.0)
    part.stage("end", 1.0)
    part.stage("unknown", None)
    part.log("line", loss=1.0)
    part.check_cancelled()
    assert whole.stages == [("begin", 0.25), ("end", 0.5), ("unknown", None)]
    assert whole.lines == [("line", {"loss": 1.0})]
