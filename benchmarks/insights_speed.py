"""What is in the data set, asked by 20 clients without pause: 55,000 images, and 1,000,000 rows.

The images are imported; the million rows are generated, without images. The rival counts the
rows on each request, and is asked by one client only: with 20 it would not answer one in time. The
load comes from wrk, which has to be installed.

    TELLAPART_BENCH_DATA=… python benchmarks/insights_speed.py
"""

import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measure import TELLAPART, data_archive, free_port, running, save, tellapart
from sqlalchemy import insert

from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import write_version
from tellapart.settings import Settings
from tellapart.store.database import chunks
from tellapart.store.storage import open_storage
from tellapart.store.tables import SPLITS, Image

CLIENTS, SECONDS, ROUNDS, QUESTIONS = 20, 10, 3, 5
ROWS, CLASSES = 1_000_000, 100
_UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing. Install it: apt-get install wrk")
    os.environ["TELLAPART_CHECK_AFTER_IMPORT"] = "false"  # its job would take the cores
    figures: dict[str, Any] = {"clients": CLIENTS}
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "pictures"
        tellapart(images, "import", str(data_archive("cifar10.zip")))
        figures |= race(images, "pictures_55000")
        rows = Path(folder) / "rows"
        generate(rows)
        figures |= race(rows, "rows_1000000")
    save("insights_speed", figures)


def race(workspace: Path, name: str) -> dict[str, Any]:
    port = free_port()
    command = [TELLAPART, "-w", str(workspace), "serve", "--port", str(port)]
    with running(command, f"http://127.0.0.1:{port}/livez"):
        rounds = [load(port) for _ in range(ROUNDS)]
    ours = {key: statistics.median(found[key] for found in rounds) for key in rounds[0]}
    port = free_port()
    script = Path(__file__).parent / "rivals" / "counting_insights.py"
    command = [sys.executable, str(script), str(workspace), str(port)]
    with running(command, f"http://127.0.0.1:{port}/readyz"):
        counting_ms = statistics.median(_ask(port) for _ in range(QUESTIONS))
    found = {f"{name}_{key}": value for key, value in ours.items()}
    return {**found, f"{name}_counting_one_client_ms": round(counting_ms, 1)}


def _ask(port: int) -> float:
    began = time.perf_counter()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/data-insights") as answer:
        answer.read()
    return (time.perf_counter() - began) * 1000


def load(port: int) -> dict[str, float]:
    """Requests a second and percentiles in milliseconds; a warm-up comes first."""
    address = f"http://127.0.0.1:{port}/api/data-insights"
    command = ["wrk", "-t1", f"-c{CLIENTS}", "--latency", "--timeout", "60s"]
    subprocess.run([*command, "-d2s", address], check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(
        [*command, f"-d{SECONDS}s", address], check=True, stdout=subprocess.PIPE, text=True
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(done.stdout)
    found = {f"p{share}_ms": _milliseconds(done.stdout, f"{share}%") for share in (50, 99)}
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    return {**found, "requests_s": round(float(rate[1])) if rate else 0}


def _milliseconds(text: str, label: str) -> float:
    found = re.search(rf"{label}\s+([\d.]+)(us|ms|s|m)\b", text)
    return round(float(found[1]) * _UNITS_MS[found[2]], 2) if found else float("nan")


def generate(workspace: Path) -> None:
    """A data set of a million rows in 100 classes, made as an import makes it."""
    storage = open_storage(Settings(workspace=workspace))
    began = time.perf_counter()
    with storage.database.writing() as session:
        for chunk in chunks(_images()):
            session.execute(insert(Image), chunk)
        states = {
            number + 1: ImageState(f"class {number % CLASSES:03d}", SPLITS[number % 3], "given")
            for number in range(ROWS)
        }
        write_version(session, states, author="", reason="Generated")
    storage.close()
    print(f"{ROWS:,} rows generated in {time.perf_counter() - began:.0f} s")


def _images() -> Iterator[dict[str, Any]]:
    chance = random.Random(1)
    for number in range(ROWS):
        name = f"{number:064x}"
        yield {
            "id": number + 1, "content_hash": name, "thumbnail_hash": name,
            "original_name": f"{number}.jpg", "format": "JPEG",
            "width_px": chance.randrange(200, 1200), "height_px": chance.randrange(200, 1200),
            "exif_orientation": 1, "size_bytes": chance.randrange(10_000, 500_000),
            "brightness": chance.random(),
        }  # fmt: skip


if __name__ == "__main__":
    main()
