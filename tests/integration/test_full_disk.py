"""A disk that is really full: a small one in memory. Who mounts it must be root, or seem to be."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from tellapart.workspace import Workspace
from tests.support.images.builders import jpeg_bytes, make_folder, make_image_zip, make_zip
from tests.support.problems import assert_problem
from tests.support.servers.server import Server, wait_until


def size_of_disk(folder: Path, size: str, *options: str) -> bool:
    """Mount a disk in memory, or with `-o remount` change its size."""
    command = ["mount", "-t", "tmpfs", *options, "-o", f"size={size}", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk() -> Iterator[Path]:
    """A disk of 16 MB.

    Not in a folder of pytest: one that is left by a killed run could not be removed by the next.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        if not size_of_disk(folder, "16m"):
            pytest.skip("only root can make a small disk; see test_in_a_user_namespace")
        yield folder
        subprocess.run(["umount", "-l", name], check=True)


@pytest.fixture(scope="module")
def large() -> dict[str, bytes]:
    """20 MB of images that nothing compresses; what follows a JPEG is not looked at."""
    rng = np.random.default_rng(0)
    return {
        f"{name}/{n}.jpg": jpeg_bytes(seed=n, look=name) + rng.bytes(10**6)
        for name in ("cats", "dogs")
        for n in range(10)
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root needs no namespace")
def test_in_a_user_namespace() -> None:
    within = ["unshare", "--map-root-user", "--mount"]
    if subprocess.run([*within, "true"], capture_output=True, check=False).returncode:
        pytest.skip("neither root nor user namespaces are there to make a small disk")
    command = [*within, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    subprocess.run(command, check=True)


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """A ZIP of few images."""
    return make_image_zip(tmp_path / "pets.zip")


def workspace_with(disk: Path, images: Path) -> Path:
    """The folder of a workspace with these images."""
    with Workspace(disk / "workspace") as workspace:
        workspace.import_images(images)
    return disk / "workspace"


def test_uploads_that_fill_the_disk(disk: Path, start: Callable[..., Server], pets: Path) -> None:
    server = start(workspace_with(disk, pets), TELLAPART_LOCAL_WORKERS="0")
    uploads = server.folder / "uploads"
    before = server.client.get("/api/data-insights").json()
    zip_headers = {"content-type": "application/zip"}
    announced = server.client.post("/api/imports", content=bytes(17_000_000), headers=zip_headers)
    assert_problem(announced, 507, "storage_full", "Free some space")
    for field in ("file", "files"):
        parts = iter([multipart_head(field), *[os.urandom(2**20)] * 17])
        headers = {"content-type": "multipart/form-data; boundary=x"}
        found = server.client.post("/api/imports", content=parts, headers=headers)
        assert_problem(found, 507, "storage_full", "Free some space")
        wait_until(lambda: list(uploads.iterdir()) == [], "the space is given back")
    assert server.client.get("/api/data-insights").json() == before
    assert "Traceback" not in server.log


def test_an_upload_that_does_not_fit_beside_what_is_made_of_it(
    disk: Path, start: Callable[..., Server], pets: Path, large: dict[str, bytes]
) -> None:
    server = start(workspace_with(disk, pets))
    before = server.client.get("/api/data-insights").json()
    few = make_zip(pets.parent / "few.zip", dict(list(large.items())[:10])).read_bytes()
    job = server.client.post("/api/imports", files={"file": ("few.zip", few)}).json()
    failed = server.finished(job["id"])
    assert (failed["status"], failed["error"]["code"]) == ("failed", "storage_full")
    assert "Free some space" in failed["error"]["detail"]
    uploads = server.folder / "uploads"
    assert list(uploads.iterdir()) == []
    assert list((server.folder / "blobs" / "staging").iterdir()) == []
    assert server.client.get("/api/data-insights").json() == before

    assert size_of_disk(disk, "100m", "-o", "remount")
    again = server.client.post("/api/imports", files={"file": ("few.zip", few)}).json()
    assert server.finished(again["id"])["result"]["added"] == 10
    assert list(uploads.iterdir()) == []
    assert "Traceback" not in server.log


def multipart_head(field: str) -> bytes:
    return (
        f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="a.zip"\r\n\r\n'
    ).encode()


def test_a_database_that_cannot_grow(disk: Path, start: Callable[..., Server]) -> None:
    server = start(disk / "workspace", TELLAPART_JOB_POLL_S="3600")
    body = {"source": "builtin:digits"}
    assert server.client.post("/api/imports", json=body).status_code == 202
    fill(disk)
    answers = [server.client.post("/api/imports", json=body) for _ in range(50)]
    refused = [answer for answer in answers if answer.status_code != 202]
    assert refused, "the database grew"
    for answer in refused:
        assert_problem(answer, 507, "storage_full", "Free some space")
    (disk / "filling").unlink()
    assert server.client.post("/api/imports", json=body).status_code == 202
    total = len(server.client.get("/api/jobs?limit=200").json()["items"])
    assert total == 52 - len(refused), "what was acknowledged is there"


def fill(disk: Path) -> None:
    """Leave no space."""
    with (disk / "filling").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(2**16)):
                pass
        except OSError:
            return


def test_an_import_that_fills_the_disk(disk: Path, tmp_path: Path, large: dict[str, bytes]) -> None:
    images = make_folder(tmp_path / "pictures", large)
    folder = disk / "workspace"
    failed = by_command(folder, "import", str(images))
    assert failed.returncode == 1, failed.stdout
    assert "No space is left" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert list((folder / "blobs" / "staging").iterdir()) == []
    assert size_of_disk(disk, "100m", "-o", "remount")
    with Workspace(folder) as workspace:
        workspace.import_images(images)
        found = workspace.insights().class_splits
    assert {name: sum(splits.values()) for name, splits in found.items()} == {
        "cats": 10,
        "dogs": 10,
    }


def by_command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tellapart", "-w", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=250)


def test_a_training_that_fills_the_disk(disk: Path, pets: Path) -> None:
    folder = workspace_with(disk, pets)
    assert size_of_disk(disk, "8m", "-o", "remount")
    failed = by_command(folder, "train", "--recipe", "probe")
    assert failed.returncode == 1, failed.stdout
    assert "No space is left" in failed.stderr
    assert "Traceback" not in failed.stderr
    with Workspace(folder) as workspace:
        assert workspace.models() == []
        assert size_of_disk(disk, "100m", "-o", "remount")
        assert workspace.train(recipe="probe").versions == [1]
        assert len(workspace.models()) == 1
