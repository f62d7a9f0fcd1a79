"""A server with the champion of cats and dogs: how soon, how large, and under a flood of 20 users.

The flood is Locust's: each user asks for three predictions, then for the insights, without a pause.
The rival is the same model behind a plain FastAPI endpoint, without insights.

    TELLAPART_BENCH_DATA=… python benchmarks/serve_photos.py
"""

import csv
import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from measure import TELLAPART, data_archive, free_port, resident_mb, running, save, tellapart

USERS = 20
SECONDS = 25
STARTS = 5
ROUNDS = 3


def main() -> None:
    archive = data_archive("cats-vs-dogs.zip")
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        tellapart(workspace, "import", str(archive))
        tellapart(workspace, "train")
        photos = Path(folder) / "photos"
        with zipfile.ZipFile(archive) as source:
            names = [name for name in source.namelist() if name.endswith(".jpg")][::23]
            source.extractall(photos, names)
        figures = starts(workspace)
        figures |= floods(workspace, photos)
    save("serve_photos", figures)


def starts(workspace: Path) -> dict[str, Any]:
    seconds, sizes = [], []
    for _ in range(STARTS):
        port = free_port()
        with running(serve(workspace, port), f"http://127.0.0.1:{port}/readyz") as (pid, ready_s):
            seconds.append(ready_s)
            sizes.append(resident_mb(pid))
    return {
        "ready_s_median": round(statistics.median(seconds), 2),
        "ready_s_worst": round(max(seconds), 2),
        "resident_mb_when_ready": round(statistics.median(sizes)),
    }


def floods(workspace: Path, photos: Path) -> dict[str, Any]:
    """Ours and the rival in turn, so that a slow moment of the machine meets both."""
    rounds = [flood_ours(workspace, photos) | flood_rival(workspace, photos) for _ in range(ROUNDS)]
    figures: dict[str, Any] = {"rounds": ROUNDS}
    for key in rounds[0]:
        values = [found[key] for found in rounds]
        figures[key] = sum(values) if key.endswith("failures") else statistics.median(values)
        if key.endswith("p95_ms"):
            figures[f"{key}_worst"] = max(values)
    return figures


def flood_ours(workspace: Path, photos: Path) -> dict[str, Any]:
    port = free_port()
    with running(serve(workspace, port), f"http://127.0.0.1:{port}/readyz") as (pid, _):
        found = flood(f"http://127.0.0.1:{port}", photos, insights=True)
        found["resident_mb_after_flood"] = round(resident_mb(pid))
    return found


def flood_rival(workspace: Path, photos: Path) -> dict[str, Any]:
    port = free_port()
    script = Path(__file__).parent / "rivals" / "plain_fastapi.py"
    command = [sys.executable, str(script), str(workspace), str(port)]
    with running(command, f"http://127.0.0.1:{port}/readyz") as (pid, _):
        found = flood(f"http://127.0.0.1:{port}", photos, insights=False)
        found["resident_mb_after_flood"] = round(resident_mb(pid))
    return {f"plain_fastapi_{key}": value for key, value in found.items()}


def flood(url: str, photos: Path, *, insights: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(__file__).parent / "flood_users.py"
        options = {"FLOOD_PHOTOS": str(photos), "FLOOD_INSIGHTS": "1" if insights else ""}
        subprocess.run(
            [
                sys.executable, "-m", "locust", "-f", str(script), "--headless", "--host", url,
                "-u", str(USERS), "-r", str(USERS), "-t", f"{SECONDS}s", "--csv", f"{folder}/flood",
                "--only-summary", "--exit-code-on-error", "0",
            ],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | options,
        )  # fmt: skip
        with (Path(folder) / "flood_stats.csv").open() as file:
            rows = {row["Name"]: row for row in csv.DictReader(file)}
    figures: dict[str, Any] = {"failures": int(rows["Aggregated"]["Failure Count"])}
    for name in ("predict", "insights"):
        if name in rows:
            row = rows[name]
            figures[f"{name}_per_s"] = round(float(row["Requests/s"]), 1)
            figures[f"{name}_p50_ms"] = float(row["50%"])
            figures[f"{name}_p95_ms"] = float(row["95%"])
            figures[f"{name}_p99_ms"] = float(row["99%"])
    return figures


def serve(workspace: Path, port: int) -> list[str]:
    return [TELLAPART, "-w", str(workspace), "serve", "--port", str(port)]


if __name__ == "__main__":
    main()
