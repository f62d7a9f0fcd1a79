import asyncio
from pathlib import Path

import pytest

from tellapart.api.uploads.staging import new_upload, remove_leftovers
from tellapart.jobs.queue import JobQueue
from tellapart.store.storage import Storage
from tests.support.asynchronous import run_async
from tests.support.jobs import AN_IMPORT


@pytest.fixture
def jobs(storage: Storage) -> JobQueue:
    return JobQueue(storage.database, storage.settings)


def kept(storage: Storage) -> list[Path]:
    return sorted(storage.uploads.iterdir())


def test_an_upload_stays_until_its_job_is_finished(storage: Storage, jobs: JobQueue) -> None:
    async def receive() -> str:
        async with new_upload(storage, jobs, 4) as upload:
            upload.file.write(b"data")
            upload.sync()
            jobs.submit(AN_IMPORT, job_id=upload.job_id)
            return upload.job_id

    job_id = run_async(receive())
    remove_leftovers(storage, jobs)
    assert [path.read_bytes() for path in kept(storage)] == [b"data"]
    jobs.cancel(job_id)
    remove_leftovers(storage, jobs)
    assert kept(storage) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left"), asyncio.CancelledError()])
def test_an_upload_that_fails_is_gone(
    storage: Storage, jobs: JobQueue, error: BaseException
) -> None:
    async def receive() -> None:
        async with new_upload(storage, jobs, 0) as upload:
            upload.file.write(b"half of it")
            raise error

    with pytest.raises(type(error)):
        run_async(receive())
    assert kept(storage) == []


def test_what_is_being_received_is_no_leftover(storage: Storage, jobs: JobQueue) -> None:
    async def receive() -> None:
        (storage.uploads / "0123456789abcdef.zip").write_bytes(b"from a server that was killed")
        async with new_upload(storage, jobs, 0) as upload:
            assert kept(storage) == [upload.path]
            async with new_upload(storage, jobs, 0) as other:
                assert kept(storage) == sorted([upload.path, other.path])
                remove_leftovers(storage, jobs)
                assert len(kept(storage)) == 2

    run_async(receive())


def test_more_than_fits_is_not_begun(storage: Storage, jobs: JobQueue) -> None:
    async def receive() -> None:
        async with new_upload(storage, jobs, 2**62):
            pytest.fail("there is no such disk")

    with pytest.raises(OSError, match="No space"):
        run_async(receive())
    assert kept(storage) == []
