"""`kill -9` of workers and servers: a job goes on or says why it does not, and nothing is lost."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tellapart.dataset.versions import labeled_images, latest_version
from tellapart.settings import Settings
from tellapart.store.blobs import content_hash
from tellapart.store.storage import open_storage
from tests.support.images.builders import class_files, make_zip
from tests.support.processes.holding import Hold, MakeHold
from tests.support.servers.server import Server, wait_until

Start = Callable[..., Server]
Copy = Callable[[Path, Path], Path]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Few; that some are stored and others not is tried by `test_command_line`."""
    return class_files({"cats": 10, "dogs": 10})


def send(server: Server, tmp_path: Path, files: Mapping[str, bytes]) -> str:
    """The id of the job that imports these files."""
    with make_zip(tmp_path / "pictures.zip", files).open("rb") as archive:
        found = server.client.post("/api/imports", files={"file": ("pictures.zip", archive)})
    assert found.status_code == 202
    job_id: str = found.json()["id"]
    return job_id


def wait_for_stage(server: Server, job_id: str, stage: str) -> None:
    def is_held() -> bool:
        job = server.job(job_id)
        assert job["status"] in ("queued", "running"), f"it was not held: {job}"
        reached: bool = job["stage"] == stage
        return reached

    wait_until(is_held, f"the job is at {stage!r}")


def start_import(
    start: Start, hold: MakeHold, tmp_path: Path, files: Mapping[str, bytes]
) -> tuple[Server, str, Hold]:
    """A server whose import of these files is held before its first image is in."""
    held = hold("Importing pictures", 0.0)
    server = start(**held.environment)
    job_id = send(server, tmp_path, files)
    wait_for_stage(server, job_id, "Importing pictures")
    return server, job_id, held


def assert_complete(server: Server, files: Mapping[str, bytes]) -> None:
    """The data set has these images, once each, under their classes, byte for byte."""
    storage = open_storage(Settings(workspace=server.folder))
    with storage.database.reading() as session:
        version = latest_version(session)
        assert version is not None
        assert version.id == 1
        found = {image.content_hash: image for image in labeled_images(session, version.id)}
    assert len(found) == len(files)
    for name, data in files.items():
        assert found[content_hash(data)].label == name.partition("/")[0]
        assert storage.blobs.read(content_hash(data)) == data
    storage.close()


def log(server: Server, job_id: str) -> str:
    found: str = server.client.get(f"/api/jobs/{job_id}/events").text
    return found


def test_an_import_is_cancelled(
    start: Start, hold: MakeHold, tmp_path: Path, files: dict[str, bytes]
) -> None:
    server, job_id, _ = start_import(start, hold, tmp_path, files)
    assert server.client.delete(f"/api/jobs/{job_id}").status_code == 202
    assert server.finished(job_id)["status"] == "cancelled"
    assert server.client.get("/api/data-insights").json()["dataset_version"] is None


def test_the_worker_dies_during_an_import(
    start: Start, hold: MakeHold, tmp_path: Path, files: dict[str, bytes]
) -> None:
    server, job_id, held = start_import(start, hold, tmp_path, files)
    server.kill_worker(job_id)
    held.release()
    job = server.finished(job_id)
    assert job["status"] == "succeeded", job["error"]
    assert job["result"]["added"] == len(files)
    assert "Worker lost" in log(server, job_id)
    assert_complete(server, files)
    assert list((server.folder / "uploads").iterdir()) == []


def test_the_server_dies_during_an_import(
    start: Start, hold: MakeHold, tmp_path: Path, files: dict[str, bytes]
) -> None:
    server, job_id, held = start_import(start, hold, tmp_path, files)
    server.kill()
    server.start()
    held.release()
    job = server.finished(job_id)
    assert job["status"] == "succeeded", job["error"]
    assert_complete(server, files)


def test_the_server_and_the_worker_die_during_an_import(
    start: Start, hold: MakeHold, tmp_path: Path, files: dict[str, bytes]
) -> None:
    server, job_id, held = start_import(start, hold, tmp_path, files)
    server.kill()
    server.kill_worker(job_id)
    held.release()
    server.start()
    job = server.finished(job_id)
    assert job["status"] == "succeeded", job["error"]
    assert_complete(server, files)


@pytest.mark.slow("A server starts two workers; both load a network and train.")
def test_the_worker_dies_during_training(
    start: Start, hold: MakeHold, trained_folder: Path, tmp_path: Path, copy_workspace: Copy
) -> None:
    held = hold("Exporting and checking", 0.0)
    server = start(copy_workspace(trained_folder, tmp_path / "trained"), **held.environment)
    options: dict[str, Any] = {"recipe": "probe", "promote": "always"}
    job_id = server.client.post("/api/retrain", json=options).json()["id"]
    wait_for_stage(server, job_id, "Exporting and checking")
    server.kill_worker(job_id)
    held.release()
    job = server.finished(job_id)
    assert job["status"] == "succeeded", job["error"]
    models = server.client.get("/api/models").json()["items"]
    assert [model["version"] for model in models] == [2, 1], "one training, one version"
    assert job["result"]["model_version"] == 2
    found = "the new version is in service"
    wait_until(lambda: server.client.get("/readyz").json()["model_version"] == 2, found)
