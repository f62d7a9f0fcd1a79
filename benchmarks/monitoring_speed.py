"""Every route of monitoring over a million logged predictions of 30 days.

The goal is 100 ms each, and 50 ms for drift. The predictions are generated into the tables the way
the log writes them, roll-ups included. What is in service has learned noise of 20 classes: drift
needs what a model answered in its test.

    python benchmarks/monitoring_speed.py [--rows 1000000]
"""

import argparse
import json
import random
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from measure import TELLAPART, free_port, running, save, tellapart
from PIL import Image
from sqlalchemy import insert

from tellapart.monitoring.prediction_log import row_of
from tellapart.monitoring.records import PredictionRecord
from tellapart.monitoring.rollups import Key, Rollup, add_rollups, roll_up
from tellapart.settings import Settings
from tellapart.store.database import chunks
from tellapart.store.storage import open_storage
from tellapart.store.tables import LoggedPrediction, now

DAYS, CLASSES, VERSIONS, QUESTIONS = 29, 20, 5, 9
BATCH = 5_000
ROUTES = {
    "summary_1h": "/api/monitoring/summary?window=1h",
    "summary_24h": "/api/monitoring/summary?window=24h",
    "summary_30d": "/api/monitoring/summary?window=30d",
    "timeseries_15m": "/api/monitoring/timeseries?window=15m",
    "timeseries_1h": "/api/monitoring/timeseries?window=1h",
    "timeseries_24h": "/api/monitoring/timeseries?window=24h",
    "timeseries_7d": "/api/monitoring/timeseries?window=7d",
    "timeseries_30d": "/api/monitoring/timeseries?window=30d",
    "timeseries_400d": "/api/monitoring/timeseries?window=400d",
    "drift_1h": "/api/monitoring/drift?window=1h",
    "drift_24h": "/api/monitoring/drift?window=24h",
    "drift_7d": "/api/monitoring/drift?window=7d",
    "drift_400d": "/api/monitoring/drift?window=400d",
    "predictions": "/api/predictions",
    "predictions_200": "/api/predictions?limit=200",
    "predictions_of_a_class": "/api/predictions?label=class+07",
    "predictions_of_a_rare_class": "/api/predictions?label=rare",
    "predictions_of_no_class": "/api/predictions?label=none",
    "predictions_abstained": "/api/predictions?outcome=abstained",
    "predictions_failed": "/api/predictions?outcome=failed",
    "predictions_503": "/api/predictions?status=503",
    "predictions_of_a_version": "/api/predictions?model_version=2",
    "predictions_class_and_failed": "/api/predictions?label=class+07&outcome=failed",
    "predictions_version_and_503": "/api/predictions?model_version=2&status=503",
    "load_tests": "/api/loadtests",
    "metrics": "/metrics",
}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=1_000_000)
    rows = options.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        train(Path(folder))
        generate(workspace, rows)
        port = free_port()
        command = [TELLAPART, "-w", str(workspace), "serve", "--port", str(port)]
        with running(command, f"http://127.0.0.1:{port}/livez"):
            figures = ask_all(f"http://127.0.0.1:{port}")
    save("monitoring_speed", {"rows": rows, **figures})


def ask_all(address: str) -> dict[str, Any]:
    routes = dict(ROUTES)
    begin, cursor = (now() - timedelta(days=20)).isoformat().replace("+", "%2B"), None
    routes["predictions_of_a_day"] = f"/api/predictions?until={begin}"
    for _ in range(20):  # far into the list
        page = json.loads(_get(f"{address}/api/predictions?limit=200" + (cursor or "")))
        cursor = f"&cursor={page['next_cursor']}"
    routes["predictions_page_21"] = f"/api/predictions?limit=200{cursor}"
    figures: dict[str, Any] = {}
    for name, path in routes.items():
        _get(address + path)
        times = [_timed(address + path) for _ in range(QUESTIONS)]
        figures[f"{name}_ms"] = round(statistics.median(times), 1)
        figures[f"{name}_worst_ms"] = round(max(times), 1)
    figures["slowest_median_ms"] = max(
        value for name, value in figures.items() if not name.endswith("_worst_ms")
    )
    return figures


def _timed(url: str) -> float:
    began = time.perf_counter()
    _get(url)
    return (time.perf_counter() - began) * 1000


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own server
        found: bytes = answer.read()
    return found


def train(folder: Path) -> None:
    """Put version 1 into service, in the workspace that is in the folder."""
    chance = np.random.default_rng(0)
    for number in range(50 * CLASSES):
        path = folder / "noise" / f"class {number % CLASSES:02d}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(chance.integers(0, 256, (16, 16), dtype=np.uint8)).save(path)
    tellapart(folder / "workspace", "import", str(folder / "noise"))
    tellapart(folder / "workspace", "train", "--recipe", "probe")


def generate(workspace: Path, rows: int) -> None:
    """A log as a server has it after a month; what would have expired is left out."""
    settings = Settings(workspace=workspace)
    storage = open_storage(settings)
    began, at = time.perf_counter(), now()
    kept = {10: timedelta(hours=2), 60: timedelta(days=settings.minute_rollup_days)}
    counts: dict[Key, Rollup] = {}
    for batch in chunks(_records(rows, at), BATCH):
        with storage.database.writing() as session:
            session.execute(insert(LoggedPrediction), [row_of(record) for record in batch])
        for key, more in roll_up(batch).items():
            if key[1] >= at - kept.get(key[0], timedelta(days=400)):
                counts.setdefault(key, Rollup()).merge(more)
    with storage.database.writing() as session:
        add_rollups(session, counts)
    storage.close()
    print(f"{rows:,} predictions generated in {time.perf_counter() - began:.0f} s")


def _records(rows: int, ends: datetime) -> Iterator[PredictionRecord]:
    chance = random.Random(1)
    step = timedelta(days=DAYS) / rows
    for number in range(rows):
        yield _record(chance, ends - step * (rows - number), number, rows)


def _record(chance: random.Random, at: datetime, number: int, rows: int) -> PredictionRecord:
    if chance.random() < 0.02:
        status, code = chance.choice([(422, "not_an_image"), (413, "payload_too_large")])
        if chance.random() < 0.01:
            status, code = 503, "overloaded"
        return PredictionRecord(at, "/api/predict", status, 0.4, code)
    label = "rare" if chance.random() < 0.00002 else f"class {chance.randrange(CLASSES):02d}"
    total_ms = chance.lognormvariate(3.0, 0.5)
    return PredictionRecord(
        at=at,
        route="/api/predict",
        status=200,
        prediction_id=f"{chance.getrandbits(128):032x}",
        model_version=VERSIONS - number * VERSIONS // rows,  # the newest are of version 1
        label=label,
        confidence=1 - chance.random() ** 3,
        abstained_because="low_confidence" if chance.random() < 0.03 else None,
        distance_score=chance.random(),
        decode_ms=total_ms * 0.3,
        queue_ms=total_ms * 0.1,
        inference_ms=total_ms * 0.6,
        total_ms=total_ms,
    )


if __name__ == "__main__":
    main()
