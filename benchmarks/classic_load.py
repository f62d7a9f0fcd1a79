"""Clients of the earlier systems under load: Locust, 20 users, `classic`, a minute, on photos.

The same as `tellapart loadtest` does from a terminal. Goals: no failure; predictions under 150 ms
at the 95th percentile on a machine whose single answer takes 50 ms; insights under 20 ms. The
single answer is measured first, by one client without a pause.

    TELLAPART_BENCH_DATA=… python benchmarks/classic_load.py [--seconds 60]
"""

import argparse
import statistics
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

from measure import TELLAPART, data_archive, free_port, running, save, tellapart

USERS, SPAWN_RATE, SINGLE = 20, 5, 30


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=60)
    seconds = options.parse_args().seconds
    archive = data_archive("cats-vs-dogs.zip")
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        tellapart(workspace, "import", str(archive))
        tellapart(workspace, "train", "--recipe", "probe")
        port = free_port()
        command = [TELLAPART, "-w", str(workspace), "serve", "--port", str(port)]
        address = f"http://127.0.0.1:{port}"
        with running(command, f"{address}/readyz"):
            single_ms = statistics.median(singles(address, archive))
            found = tellapart(
                workspace, "loadtest", "--url", address, "--scenario", "classic",
                "--users", str(USERS), "--spawn-rate", str(SPAWN_RATE), "--duration", f"{seconds}s",
            )  # fmt: skip
    save("classic_load", {"single_answer_ms": round(single_ms, 1), **figures(found)})


def figures(found: dict[str, Any]) -> dict[str, Any]:
    total = found["total"]
    result = {
        "users": USERS,
        "requests": total["requests"],
        "failures": total["failures"],
        "requests_per_s": total["requests_per_second"],
    }
    for endpoint in found["endpoints"]:
        name = endpoint["name"].strip("/").replace("-", "_")
        for key in ("p50_ms", "p95_ms", "p99_ms", "max_ms"):
            result[f"{name}_{key}"] = endpoint[key]
    return result


def singles(address: str, archive: Path) -> list[float]:
    """Times of predictions, one after another, in ms; the first ones are left out."""
    with zipfile.ZipFile(archive) as source:
        names = [name for name in source.namelist() if name.endswith(".jpg")][::17][: SINGLE + 3]
        photos = [source.read(name) for name in names]
    return [_timed(f"{address}/api/predict", photo) for photo in photos][3:]


def _timed(url: str, photo: bytes) -> float:
    request = urllib.request.Request(url, photo, {"Content-Type": "image/jpeg"})  # noqa: S310
    began = time.perf_counter()
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own server
        answer.read()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
