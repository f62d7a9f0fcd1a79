import threading
import time
from datetime import timedelta

import pytest

from tellapart.errors import InvalidRequest, JobNotFound, JobNotResumable
from tellapart.jobs.contracts import (
    ExportParams,
    ImportParams,
    TrainParams,
    params_of,
    result_of,
)
from tellapart.jobs.queue import JobQueue
from tellapart.store.storage import Storage
from tellapart.store.tables import Job, now
from tests.support.jobs import AN_IMPORT, EACH_KIND, imported, trained

pytestmark = pytest.mark.both_databases


@pytest.fixture
def queue(storage: Storage) -> JobQueue:
    return JobQueue(storage.database, storage.settings)


def expire(storage: Storage, job: Job) -> None:
    """As if the worker had said nothing for as long as its lease lasts."""
    with storage.database.writing() as session:
        session.get_one(Job, job.id).lease_expires_at = now() - timedelta(milliseconds=1)


def claimed(queue: JobQueue, worker: str = "one") -> Job:
    job = queue.claim(worker)
    assert job is not None
    return job


def messages(queue: JobQueue, job: Job) -> list[str]:
    return [event.message for event in queue.events(job.id)]


def test_a_job_from_beginning_to_end(queue: JobQueue) -> None:
    submitted = queue.submit(AN_IMPORT)
    assert submitted.status == "queued"
    assert params_of(queue.get(submitted.id)) == AN_IMPORT

    job = claimed(queue)
    assert (job.id, job.status, job.attempts, job.worker) == (submitted.id, "running", 1, "one")
    assert job.started_at is not None
    queue.report(job, "Reading", 0.5)
    running = queue.get(job.id)
    assert (running.stage, running.progress) == ("Reading", 0.5)

    queue.succeed(job, imported(3))
    done = queue.get(job.id)
    assert (done.status, result_of(done), done.progress) == ("succeeded", imported(3), 1.0)
    assert done.finished_at is not None
    assert done.lease_expires_at is None
    assert (done.error_code, done.error_detail) == (None, None)
    assert queue.claim("two") is None


def test_a_job_that_fails(queue: JobQueue) -> None:
    queue.submit(AN_IMPORT)
    job = claimed(queue)
    queue.fail(job, "no_classes", "There are no classes.")
    done = queue.get(job.id)
    assert (done.status, done.error_code) == ("failed", "no_classes")
    assert done.error_detail == "There are no classes."
    assert done.result is None
    assert messages(queue, job) == ["There are no classes."]


def test_a_job_is_found_by_how_its_id_begins(queue: JobQueue) -> None:
    for job_id in ("a1", "a2", "b%"):
        queue.submit(AN_IMPORT, job_id=job_id)
    assert queue.find("a1").id == "a1"
    assert queue.find("b").id == "b%"
    with pytest.raises(InvalidRequest, match="Several jobs"):
        queue.find("a")
    for nothing in ("", "%", "c"):
        with pytest.raises(JobNotFound):
            queue.find(nothing)


def test_the_oldest_first_and_one_of_a_kind_at_a_time(queue: JobQueue) -> None:
    first = queue.submit(TrainParams())
    second = queue.submit(TrainParams())
    other = queue.submit(AN_IMPORT)
    running = claimed(queue, "one")
    assert running.id == first.id
    assert claimed(queue, "two").id == other.id
    assert not queue.has_claimable()
    assert queue.claim("three") is None
    queue.succeed(running, trained())
    assert queue.has_claimable()
    assert claimed(queue, "three").id == second.id


def test_a_named_job_waits_for_its_kind(queue: JobQueue) -> None:
    first, second = queue.submit(TrainParams()), queue.submit(TrainParams())
    job = queue.claim("one", job_id=second.id)
    assert job is not None
    assert job.id == second.id
    assert queue.claim("two", job_id=first.id) is None
    assert queue.claim("two", job_id="nonsense") is None


def test_a_silent_worker_loses_its_job(queue: JobQueue, storage: Storage) -> None:
    queue.submit(AN_IMPORT)
    first = claimed(queue, "one")
    assert queue.claim("two") is None
    expire(storage, first)
    assert queue.has_claimable()
    second = claimed(queue, "two")
    assert (second.id, second.worker, second.attempts) == (first.id, "two", 2)
    assert second.started_at == first.started_at
    assert any("Worker lost" in message for message in messages(queue, first))
    assert not queue.heartbeat(first)


@pytest.mark.parametrize("worker", ["one", "two"])
def test_the_word_of_a_worker_that_lost_its_job_does_not_count(
    queue: JobQueue, storage: Storage, worker: str
) -> None:
    queue.submit(AN_IMPORT)
    job = claimed(queue, "one")
    expire(storage, job)
    again = claimed(queue, worker)
    assert not queue.report(job, "Late", 0.9)
    assert not queue.log(job, "Late")
    assert not queue.heartbeat(job)
    queue.succeed(job, imported(1))
    queue.fail(job, "io_error", "Late.")
    queue.stop(job)
    assert queue.get(job.id).status == "running"
    queue.succeed(again, imported(2))
    queue.fail(again, "io_error", "Later still.")
    assert result_of(queue.get(job.id)) == imported(2)
    assert queue.get(job.id).status == "succeeded"


def test_a_heartbeat_keeps_the_job(queue: JobQueue) -> None:
    queue.submit(AN_IMPORT)
    job = claimed(queue, "one")
    assert queue.heartbeat(job)
    before, after = job.lease_expires_at, queue.get(job.id).lease_expires_at
    assert before is not None
    assert after is not None
    assert after > before


def test_a_lease_lasts_as_long_as_the_settings_say(storage: Storage) -> None:
    settings = storage.settings.model_copy(update={"job_lease_s": 0.05})
    queue = JobQueue(storage.database, settings)
    queue.submit(AN_IMPORT)
    claimed(queue, "one")
    time.sleep(0.06)
    claimed(queue, "two")


def test_a_late_heartbeat_is_good_while_nobody_took_over(queue: JobQueue, storage: Storage) -> None:
    queue.submit(AN_IMPORT)
    job = claimed(queue, "one")
    expire(storage, job)
    assert queue.heartbeat(job)
    assert queue.claim("two") is None


def test_a_job_whose_workers_die_is_given_up(queue: JobQueue) -> None:
    job = queue.submit(TrainParams())
    waiting = queue.submit(TrainParams())
    for worker in ("one", "two", "three"):
        assert claimed(queue, worker).id == job.id
        queue.abandon(worker)
    assert claimed(queue, "four").id == waiting.id
    failed = queue.get(job.id)
    assert (failed.status, failed.error_code) == ("failed", "worker_died")
    assert failed.error_detail is not None
    assert "died 3 times" in failed.error_detail
    assert failed.finished_at is not None


def test_an_abandoned_job_can_be_had_at_once(queue: JobQueue) -> None:
    job = queue.submit(AN_IMPORT)
    queue.submit(TrainParams())
    claimed(queue, "one")
    other = claimed(queue, "two")
    queue.abandon("one")
    queue.abandon("nobody")
    again = claimed(queue, "three")
    assert (again.id, again.attempts) == (job.id, 2)
    assert queue.get(other.id).worker == "two"
    assert queue.heartbeat(other)


def test_cancel_before_it_began(queue: JobQueue) -> None:
    job = queue.submit(AN_IMPORT)
    assert queue.cancel(job.id).status == "cancelled"
    assert queue.claim("one") is None
    assert messages(queue, job) == ["Cancelled"]


def test_cancel_while_it_runs(queue: JobQueue) -> None:
    queue.submit(AN_IMPORT)
    job = claimed(queue, "one")
    asked = queue.cancel(job.id)
    assert (asked.status, asked.cancel_requested) == ("running", True)
    assert not queue.heartbeat(job)
    queue.stop(job)
    assert queue.get(job.id).status == "cancelled"


def test_cancel_after_the_worker_died(queue: JobQueue, storage: Storage) -> None:
    queue.submit(AN_IMPORT)
    job = claimed(queue, "one")
    expire(storage, job)
    assert queue.cancel(job.id).status == "cancelled"
    assert queue.claim("two") is None


def test_a_worker_that_dies_while_it_should_stop(queue: JobQueue, storage: Storage) -> None:
    queue.submit(AN_IMPORT)
    job = claimed(queue, "one")
    queue.cancel(job.id)
    expire(storage, job)
    assert queue.claim("two") is None
    assert queue.get(job.id).status == "cancelled"


def test_cancel_changes_nothing_that_is_finished(queue: JobQueue) -> None:
    queue.submit(AN_IMPORT)
    job = claimed(queue)
    queue.succeed(job, imported(1))
    assert queue.cancel(job.id).status == "succeeded"
    assert queue.get(job.id).cancel_requested is False


@pytest.mark.parametrize("ending", ["failed", "cancelled"])
def test_a_training_that_ended_early_is_resumed(queue: JobQueue, ending: str) -> None:
    queue.submit(TrainParams(seed=1))
    job = claimed(queue)
    if ending == "failed":
        queue.fail(job, "training_failed", "The loss is nan.")
    else:
        queue.cancel(job.id)
        queue.stop(job)
    assert queue.get(job.id).status == ending
    resumed = queue.resume(job.id)
    assert (resumed.status, resumed.error_code, resumed.finished_at) == ("queued", None, None)
    assert messages(queue, job)[-1] == "Resumed"
    again = claimed(queue, "two")
    assert (again.id, again.params, again.attempts) == (job.id, job.params, 2)
    assert not queue.heartbeat(job), "the number of an attempt does not come again"
    assert queue.heartbeat(again)
    queue.succeed(again, trained())
    assert queue.get(job.id).status == "succeeded"


def test_only_a_training_that_ended_early_is_resumed(queue: JobQueue) -> None:
    waiting, other = queue.submit(TrainParams()), queue.submit(AN_IMPORT)
    queue.cancel(other.id)
    for job in (waiting, other):
        with pytest.raises(JobNotResumable, match="can be resumed"):
            queue.resume(job.id)
    queue.succeed(claimed(queue), trained())
    with pytest.raises(JobNotResumable, match="is succeeded"):
        queue.resume(waiting.id)
    with pytest.raises(JobNotFound):
        queue.resume("nonsense")


def test_what_does_not_exist(queue: JobQueue) -> None:
    for ask in (queue.get, queue.cancel):
        with pytest.raises(JobNotFound, match=r"'nonsense'.*jobs list"):
            ask("nonsense")
    assert queue.events("nonsense") == []


def test_pages_newest_first(queue: JobQueue) -> None:
    ids = [queue.submit(ImportParams(source=str(n))).id for n in range(5)]
    first = queue.page(limit=2)
    second = queue.page(limit=2, cursor=first.next_cursor)
    third = queue.page(limit=2, cursor=second.next_cursor)
    shown = [job.id for page in (first, second, third) for job in page.items]
    assert shown == ids[::-1]
    assert third.next_cursor is None
    assert queue.page(limit=2, cursor="999999999999999999").items == []
    with pytest.raises(InvalidRequest):
        queue.page(cursor="-1")


def test_the_active_job(queue: JobQueue) -> None:
    assert queue.active() is None
    waiting = queue.submit(TrainParams())
    running = queue.submit(AN_IMPORT)
    active = queue.active()
    assert active is not None
    assert active.id == waiting.id
    claimed = queue.claim("one", job_id=running.id)
    assert claimed is not None
    active = queue.active()
    assert active is not None
    assert active.id == running.id
    queue.cancel(waiting.id)
    queue.succeed(claimed, trained())
    assert queue.active() is None


def test_the_unfinished_job_that_does_the_same(queue: JobQueue) -> None:
    params = ExportParams(version=1, format="keras")
    job = queue.submit_once(params)
    assert queue.submit_once(params).id == job.id
    claimed = queue.claim("one")
    assert claimed is not None
    assert queue.submit_once(params).id == claimed.id == job.id
    assert queue.submit_once(ExportParams(version=1, format="h5")).id != job.id
    queue.succeed(claimed, trained())
    assert queue.submit_once(params).id != job.id


def test_the_log(queue: JobQueue) -> None:
    queue.submit(TrainParams())
    queue.submit(AN_IMPORT)
    job, other = claimed(queue), claimed(queue)
    queue.log(job, "Begun")
    queue.log(other, "Not mine")
    queue.log(job, "epoch 1", {"loss": 0.5})
    lines = queue.events(job.id)
    assert [(line.type, line.message, line.data) for line in lines] == [
        ("log", "Begun", None),
        ("metric", "epoch 1", {"loss": 0.5}),
    ]
    assert [line.message for line in queue.events(job.id, after=lines[0].id)] == ["epoch 1"]
    assert [line.message for line in queue.events(job.id, limit=1)] == ["Begun"]


def test_threads_never_get_the_same_job(queue: JobQueue) -> None:
    ids = {queue.submit(params).id for params in EACH_KIND * 3}
    given: list[str] = []

    def work(worker: str) -> None:
        while queue.has_claimable():
            if (job := queue.claim(worker)) is not None:
                given.append(job.id)
                queue.stop(job)  # else no other of its kind may run

    threads = [threading.Thread(target=work, args=(f"worker {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == len(ids)
    assert set(given) == ids
