from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from tellapart.jobs.queue import JobQueue
from tellapart.registry.versions import ModelRegistry
from tellapart.settings import Settings
from tellapart.store.storage import open_storage
from tellapart.store.tables import Job, now
from tests.support.command_lines import Run
from tests.support.jobs import AN_IMPORT


def states(run: Run) -> dict[str, str]:
    found = run("doctor", "--json")
    assert found.code == (0 if found.json["healthy"] else 1)
    return {each["check"]: each["state"] for each in found.json["findings"]}


def test_a_whole_workspace(run: Run, three: None) -> None:
    run("models", "promote", "1")
    found = states(run)
    assert found.pop("disk") in ("ok", "warning")
    assert found == dict.fromkeys(("database", "champion", "files", "jobs"), "ok")


def test_no_workspace_is_made(run: Run, tmp_path: Path) -> None:
    found = run("doctor")
    assert found.code == 1
    assert f"There is no workspace in {tmp_path / 'workspace'}" in found.out
    assert not (tmp_path / "workspace").exists()


def test_a_damaged_and_a_missing_model(run: Run, three: None, tmp_path: Path) -> None:
    run("models", "promote", "1")
    storage = open_storage(Settings())
    name = ModelRegistry(storage.database).get(1).served.content_hash
    storage.close()
    (file,) = (tmp_path / "workspace" / "blobs").rglob(name)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert states(run)["champion"] == "fault"
    assert "Version 1 cannot serve" in run("doctor").out
    file.unlink()
    found = states(run)
    assert (found["champion"], found["files"]) == ("fault", "fault")


def test_a_foreign_database(run: Run, tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "tellapart.db").write_bytes(b"nonsense" * 100)
    assert states(run) == {"database": "fault"}


def test_a_job_without_a_worker(run: Run, three: None) -> None:
    storage = open_storage(Settings())
    jobs = JobQueue(storage.database, storage.settings)
    job = jobs.submit(AN_IMPORT)
    jobs.claim("test")
    with storage.database.writing() as session:
        session.execute(update(Job).values(lease_expires_at=now() - timedelta(hours=1)))
    storage.close()
    found = run("doctor")
    assert found.code == 0
    assert f"1 jobs have lost their worker ({job.id})" in found.out
    assert "No model is in service yet" in found.out
