"""How fast images come in, with every check that an import makes, beside CleanVision's checks.

The photos are those of cats and dogs, checked by both in turn, each in a process of its own; start
of the interpreter and import of libraries do not count. Then the 55,000 images of CIFAR-10, as a
user would import them: wall time of the command, and the most memory that its processes held
together.

ext4 is slow to make files beside many that were deleted in the last five minutes (0.6 ms instead of
0.02 ms each): wait that long after a test run, or point TMPDIR to another folder.

    TELLAPART_BENCH_DATA=… python benchmarks/import_speed.py
"""

import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from measure import TELLAPART, data_archive, quality_rival, resident_mb, save

from tellapart import Workspace

ROUNDS = 3
_GOAL_TIMES = 6


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder) / "photos"
        with zipfile.ZipFile(data_archive("cats-vs-dogs.zip")) as archive:
            archive.extractall(photos)
        figures = race(photos, Path(folder))
        figures |= many(Path(folder) / "cifar10")
    save("import_speed", figures)


def race(photos: Path, folder: Path) -> dict[str, Any]:
    rounds = []
    for number in range(ROUNDS):
        command = [sys.executable, __file__, str(folder / f"ours{number}"), str(photos)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        ours = json.loads(done.stdout)
        rival = json.loads(quality_rival("cleanvision_check.py", str(photos)))
        rounds.append((ours["added"] / ours["seconds"], ours["added"] / rival["seconds"]))
    ours_s, rival_s = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    return {
        "photos_per_s": round(ours_s),
        "cleanvision_photos_per_s": round(rival_s),
        "times_cleanvision": round(ours_s / rival_s, 1),
        "times_cleanvision_goal": _GOAL_TIMES,
    }


def many(workspace: Path) -> dict[str, Any]:
    command = [
        TELLAPART,
        "-w",
        str(workspace),
        "--json",
        "import",
        str(data_archive("cifar10.zip")),
    ]
    began, peak_mb = time.perf_counter(), 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak_mb = max(peak_mb, resident_together_mb(process.pid))
            time.sleep(0.05)
        seconds = time.perf_counter() - began
        assert process.stdout is not None
        added = json.loads(process.stdout.read())["added"]
    return {
        "cifar10_pictures": added,
        "cifar10_import_s": round(seconds, 1),
        "cifar10_peak_mb": round(peak_mb),
    }


def resident_together_mb(pid: int) -> float:
    """Of a process and its children; what they share counts for each."""
    total = 0.0
    # One may end meanwhile.
    with contextlib.suppress(OSError, StopIteration):
        total = resident_mb(pid)
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            total += sum(resident_mb(int(child)) for child in children.read_text().split())
    return total


def once(workspace: str, folder: str) -> None:
    """Import in this process, and print how long it took."""
    with Workspace(workspace) as opened:
        began = time.perf_counter()
        outcome = opened.import_images(folder)
        seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "added": outcome.added}))


if __name__ == "__main__":
    main() if len(sys.argv) == 1 else once(*sys.argv[1:])
