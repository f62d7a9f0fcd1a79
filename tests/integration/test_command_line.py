"""The `tellapart` command as its own process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tellapart.jobs.queue import JobQueue
from tellapart.settings import Settings
from tellapart.store.storage import open_storage
from tests.support.images.builders import jpeg_bytes, make_folder, make_image_folder
from tests.support.processes.holding import MakeHold
from tests.support.servers.server import QUICK, wait_until

TELLAPART = str(Path(sys.executable).parent / "tellapart")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, **QUICK, "TELLAPART_WORKSPACE": str(tmp_path / "workspace")}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def by_command(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [TELLAPART, *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return by_command


def test_what_is_done(run: Run, tmp_path: Path) -> None:
    done = run("import", make_image_folder(tmp_path / "pictures", {"cats": 3}), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["added"] == 3, "stdout is JSON alone, progress is on stderr"


def test_what_fails(run: Run, tmp_path: Path) -> None:
    failed = run("import", tmp_path / "missing")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.splitlines()[-1].startswith("Error: There is no data set")
    assert "Traceback" not in failed.stderr


def test_what_is_no_command(run: Run) -> None:
    assert run("nonsense").returncode == 2


def test_an_import_that_is_killed_and_done_again(
    environment: dict[str, str], hold: MakeHold, tmp_path: Path
) -> None:
    image = jpeg_bytes()
    files = {f"cats/{n}.jpg": image + str(n).encode() for n in range(298)}
    folder = make_folder(tmp_path / "pictures", files)
    storage = open_storage(Settings(workspace=tmp_path / "workspace"))
    jobs = JobQueue(storage.database, storage.settings)
    command = [TELLAPART, "import", str(folder), "--json"]
    held = environment | hold("Importing pictures", 0.98).environment
    with subprocess.Popen(command, env=held, stdout=subprocess.PIPE) as process:
        reached = "the first pictures are stored"
        wait_until(lambda: [job.progress or 0 for job in jobs.page().items] >= [0.98], reached)
        process.kill()
    assert process.returncode == -9
    # The lease of the dead process runs out.
    again = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=200
    )
    assert json.loads(again.stdout)["added"] == 298
    storage.close()
