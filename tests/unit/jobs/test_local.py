import time
from pathlib import Path

import pytest

from tellapart.jobs.contracts import ImportParams, ImportResult, result_of
from tellapart.jobs.local import LocalRunner
from tellapart.jobs.queue import FINISHED, JobQueue
from tellapart.settings import Settings
from tellapart.store.storage import open_storage
from tests.support.images.builders import make_image_folder


def test_settings_of_a_program_reach_its_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELLAPART_MAX_CLASS_NAME_LENGTH", "200")
    folder = make_image_folder(tmp_path / "images", {"cats": 2, "a long name": 2})
    settings = Settings(
        workspace=tmp_path / "workspace",
        database_url=f"sqlite:///{tmp_path / 'elsewhere.db'}",
        max_class_name_length=6,
        job_poll_s=0.05,
    )
    storage = open_storage(settings)
    queue = JobQueue(storage.database, settings)
    job = queue.submit(ImportParams(source=str(folder)))
    runner = LocalRunner(queue, settings)
    runner.start()
    end = time.monotonic() + 60
    while queue.get(job.id).status not in FINISHED and time.monotonic() < end:
        time.sleep(0.05)
    runner.stop()
    for process in runner._workers:
        process.wait()
    result = result_of(queue.get(job.id))
    assert isinstance(result, ImportResult), queue.get(job.id).error_detail
    assert result.classes == {"cats": 2}
    assert not (settings.workspace / "tellapart.db").exists()
    storage.close()


def test_an_environment_says_what_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLAPART_PORT", "9000")
    monkeypatch.setenv("tellapart_job_poll_s", "7")
    monkeypatch.setenv("OTHER", "kept")
    settings = Settings(port=8000, job_poll_s=0.5, require_key=False, allowed_hosts=("a", "b"))
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    given = settings.environment()
    assert "TELLAPART_PORT" not in given
    assert given["OTHER"] == "kept"
    for name in ("TELLAPART_PORT", "tellapart_job_poll_s"):
        monkeypatch.delenv(name)
    workspace = settings.workspace.absolute()
    assert Settings() == settings.model_copy(update={"workspace": workspace})
