"""How fast pictures come in, with every check that an import makes, beside CleanVision's checks.

The photos are those of cats and dogs, checked by both in turn, each in a process of its own; start
of the interpreter and import of libraries do not count. Then the 55,000 pictures of CIFAR-10, as a
user would import them: wall time of the command, and the most memory that it held.

    TELLAPART_BENCH_DATA=… python benchmarks/import_speed.py
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from measure import TELLAPART, data_archive, quality_rival, save

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
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        added = json.loads(process.stdout.read())["added"]
        _, process.returncode, usage = os.wait4(process.pid, 0)
    return {
        "cifar10_pictures": added,
        "cifar10_import_s": round(time.perf_counter() - began, 1),
        "cifar10_peak_mb": round(usage.ru_maxrss / 1024),
    }


def once(workspace: str, folder: str) -> None:
    """Import in this process, and print how long it took."""
    with Workspace(workspace) as opened:
        began = time.perf_counter()
        outcome = opened.import_images(folder)
        seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "added": outcome.added}))


if __name__ == "__main__":
    main() if len(sys.argv) == 1 else once(*sys.argv[1:])
