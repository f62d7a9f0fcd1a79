"""The `tellapart` command as its own process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.images.builders import jpeg_bytes, make_folder, make_image_folder
from tests.support.processes.holding import MakeHold
from tests.support.servers.server import QUICK, wait_until

TELLAPART = str(Path(sys.executable).parent / "tellapart")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, **QUICK, "TELLAPART_WORKSPACE": str(tmp_path / "workspace")}


def test_exit_status_and_streams(environment: dict[str, str], tmp_path: Path) -> None:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [TELLAPART, *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    done = run("import", make_image_folder(tmp_path / "pictures", {"cats": 3}), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["added"] == 3, "stdout is JSON alone, progress is on stderr"
    failed = run("import", tmp_path / "missing")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.splitlines()[-1].startswith("Error: There is no data set")
    assert "Traceback" not in failed.stderr
    assert run("nonsense").returncode == 2


def test_an_import_that_is_killed_and_done_again(
    environment: dict[str, str], hold: MakeHold, tmp_path: Path
) -> None:
    image = jpeg_bytes()
    files = {f"cats/{n}.jpg": image + str(n).encode() for n in range(298)}
    folder = make_folder(tmp_path / "pictures", files)
    blobs = tmp_path / "workspace" / "blobs"
    command = [TELLAPART, "import", str(folder), "--json"]
    held = environment | hold("Importing pictures", 0.98).environment
    with subprocess.Popen(command, env=held, stdout=subprocess.PIPE) as process:
        wait_until(lambda: len(list(blobs.glob("??/*"))) > 20, "pictures come in")
        process.kill()
    assert process.returncode == -9
    # The lease of the dead process runs out.
    again = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=200
    )
    assert json.loads(again.stdout)["added"] == 298
