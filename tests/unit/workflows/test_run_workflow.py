from functools import partial
from pathlib import Path

import pytest

from tellapart.jobs.contracts import CheckParams, CheckResult, LearningCurveParams
from tellapart.jobs.queue import JobQueue
from tellapart.jobs.worker import JobReporter, run_job
from tellapart.store.storage import Storage
from tellapart.store.temporary_files import temporary_folder
from tellapart.workflows import run_workflow


def test_temporary_files_of_a_job_are_in_the_workspace_and_removed(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[Path] = []

    def check(_storage: Storage, _params: CheckParams, _reporter: JobReporter) -> CheckResult:
        with temporary_folder() as folder:
            used.append(folder)
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_workflow, "check_dataset", check)
    jobs = JobQueue(storage.database, storage.settings)
    waiting = jobs.submit(LearningCurveParams()).id
    running = jobs.submit(CheckParams()).id
    for name in (waiting, "of a killed worker"):
        (storage.temporary / name).mkdir(parents=True)
    job = jobs.claim("test", job_id=running)
    assert job is not None
    run_job(jobs, job, partial(run_workflow.run_workflow, storage), lease_s=60)
    assert [folder.parent for folder in used] == [storage.temporary / running]
    failed = jobs.get(running)
    assert failed.error_code == "storage_full"
    assert f"the disk of {storage.temporary}" in (failed.error_detail or "")
    assert [folder.name for folder in storage.temporary.iterdir()] == [waiting]
