import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tellapart.images.inspection import Inspection, Refusal, inspect_images
from tellapart.intake.inspectors import inspectors
from tellapart.settings import Settings
from tests.support.images.builders import jpeg_bytes

SETTINGS = Settings()
IMAGES = [jpeg_bytes(300, 200), b"no picture", jpeg_bytes(40, 30, seed=1)]


def here(images: Sequence[bytes]) -> list[Inspection | Refusal]:
    return inspect_images(images, SETTINGS.max_image_pixels, SETTINGS.thumbnail_px)


def pids() -> set[int]:
    """Our children that inspect; other tests may have left children of other kinds."""
    files = Path("/proc/self/task").glob("*/children")
    children = [pid for file in files for pid in file.read_text().split()]
    return {
        int(pid) for pid in children if b"inspection" in Path(f"/proc/{pid}/cmdline").read_bytes()
    }


@pytest.mark.parametrize("processes", [0, 2])
def test_they_find_what_is_found_here(processes: int) -> None:
    with inspectors(SETTINGS, threads=3, processes=processes) as pool:
        assert [pool.inspect(IMAGES) for _ in range(5)] == [here(IMAGES)] * 5
        assert pool.inspect([]) == []
        # Only now: a process that has just begun has no command line yet.
        assert len(pids()) == processes
    assert pids() == set()


def test_a_refusal_says_why() -> None:
    with inspectors(SETTINGS, threads=1, processes=1) as pool:
        (found,) = pool.inspect([IMAGES[0][:-3000]])
    assert isinstance(found, Refusal)
    assert found.code == "truncated_image"
    assert "Send the whole file" in found.reason


def test_the_work_of_a_dead_process_is_done_here() -> None:
    with inspectors(SETTINGS, threads=2, processes=2) as pool:
        assert [pool.inspect(IMAGES) for _ in range(2)] == [here(IMAGES)] * 2
        for pid in pids():
            os.kill(pid, signal.SIGKILL)
        assert [pool.inspect(IMAGES) for _ in range(4)] == [here(IMAGES)] * 4


def test_an_error_in_the_block_leaves_no_process() -> None:
    with pytest.raises(ValueError, match="stop"), inspectors(SETTINGS, threads=2, processes=2):
        raise ValueError("stop")
    assert pids() == set()


def test_they_end_with_a_process_that_is_killed() -> None:
    program = """
import os, signal
from pathlib import Path
from tellapart.intake.inspectors import inspectors
from tellapart.settings import Settings
with inspectors(Settings(), threads=2, processes=2) as pool:
    pool.inspect([b"x"])
    print(Path(f"/proc/self/task/{os.getpid()}/children").read_text(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True)
    assert done.returncode == -signal.SIGKILL
    children = [Path("/proc") / pid / "stat" for pid in done.stdout.split()]
    assert len(children) == 2
    end = time.monotonic() + 20
    while any(_runs(stat) for stat in children):
        assert time.monotonic() < end
        time.sleep(0.02)


def _runs(stat: Path) -> bool:
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
