"""Users of a Tellapart server, for Locust. It needs nothing else of Tellapart.

    locust -f locustfile.py Classic --host http://127.0.0.1:8000

opens Locust's own page at http://localhost:8089; `tellapart loadtest` runs the same users without a
page. The images that they send are those of the server's data set, or, with `--images`, of a
folder.
"""

import json
import logging
import os
import random
import time
import urllib.request
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import gevent
from locust import FastHttpUser, between, constant, events, task
from PIL import Image

_IMAGES = 30
_TIMEOUT_S = 10
_FIGURES_S = 1
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
_log = logging.getLogger(__name__)
_sent: list[bytes] = []
_run_time_s: list[float] = []


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def _add_options(parser: Any) -> None:
    parser.add_argument(
        "--images", env_var="TELLAPART_LOADTEST_IMAGES", default="", help="Folder of pictures."
    )
    parser.add_argument(
        "--figures", env_var="TELLAPART_LOADTEST_FIGURES", default="", include_in_web_ui=False,
        help="File to add figures to, as lines of JSON, each second and at the end.",
    )  # fmt: skip
    parser.add_argument(
        "--key", env_var="TELLAPART_LOADTEST_KEY", default="", is_secret=True,
        help="Key of the server, if it wants one.",
    )  # fmt: skip


@events.init.add_listener  # type: ignore[untyped-decorator]
def _begin_figures(environment: Any, **_: Any) -> None:
    if environment.parsed_options.figures:
        gevent.spawn(_write_points, environment)


def _write_points(environment: Any) -> None:
    # Locust's own CSV files end a second too early, and its rates lag behind.
    began, asked, failed = time.monotonic(), 0, 0
    while True:
        gevent.sleep(_FIGURES_S)
        total = environment.stats.total
        latencies = {
            name: total.get_current_response_time_percentile(share) or None
            for name, share in (("p50_ms", 0.5), ("p95_ms", 0.95))
        }
        point = {
            "at_s": round(time.monotonic() - began, 1),
            "users": environment.runner.user_count,
            "requests_per_second": (total.num_requests - asked) / _FIGURES_S,
            "failures_per_second": (total.num_failures - failed) / _FIGURES_S,
            **latencies,
        }
        asked, failed = total.num_requests, total.num_failures
        _append(environment, {"point": point})


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def _end_figures(environment: Any, **_: Any) -> None:
    if environment.parsed_options.figures:
        stats = environment.stats
        endpoints = [_figures(stats.entries[key]) for key in sorted(stats.entries)]
        errors = [error.to_dict() for error in stats.errors.values()]
        total = _figures(stats.total)
        _append(environment, {"total": total, "endpoints": endpoints, "errors": errors})


def _figures(entry: Any) -> dict[str, Any]:
    return {
        "method": entry.method or "",
        "name": entry.name,
        "requests": entry.num_requests,
        "failures": entry.num_failures,
        "requests_per_second": round(entry.total_rps, 2),
        "mean_ms": round(entry.avg_response_time, 2),
        **{f"p{n}_ms": entry.get_response_time_percentile(n / 100) for n in (50, 95, 99)},
        "max_ms": round(entry.max_response_time, 2),
    }


def _append(environment: Any, figures: dict[str, Any]) -> None:
    with Path(environment.parsed_options.figures).open("a", encoding="utf-8") as file:
        file.write(json.dumps(figures) + "\n")


@events.init.add_listener  # type: ignore[untyped-decorator]
def _wait_for_users(environment: Any, **_: Any) -> None:
    """Let the time of a test begin with its first user: before, Locust prepares itself."""
    options = environment.parsed_options
    if options.headless and options.run_time and not (options.master or options.worker):
        _run_time_s.append(options.run_time)
        options.run_time = None


@events.test_start.add_listener  # type: ignore[untyped-decorator]
def _collect_images(environment: Any, **_: Any) -> None:
    """Fill `_sent`, before the first user comes."""
    options = environment.parsed_options
    found = (
        list(_from_folder(Path(options.images)))
        if options.images
        else list(_from_server(environment.host, options.key))
    )
    _sent[:] = found[:_IMAGES] or [_noise()]


def _from_folder(folder: Path) -> Iterator[bytes]:
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    step = max(1, len(files) // _IMAGES)
    for path in files[::step]:
        yield path.read_bytes()


def _from_server(address: str, key: str) -> Iterator[bytes]:
    # Not by a user's client: this is no part of the load. Nor by way of a proxy.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.addheaders = list(_headers(key).items())
    try:
        with opener.open(f"{address}/api/images?limit={_IMAGES}", timeout=_TIMEOUT_S) as listed:
            ids = [item["id"] for item in json.load(listed)["items"]]
        for number in ids:
            file = f"{address}/api/images/{number}/file?size=full"
            with opener.open(file, timeout=_TIMEOUT_S) as image:
                yield image.read()
    except (OSError, ValueError, KeyError) as error:
        _log.warning("The server gives no pictures to send: %s", error)


def _noise() -> bytes:
    file = BytesIO()
    Image.frombytes("RGB", (480, 360), os.urandom(480 * 360 * 3)).save(file, "JPEG")
    return file.getvalue()


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


class _User(FastHttpUser):  # type: ignore[misc] # locust has no types
    abstract = True

    def on_start(self) -> None:
        """Begin the time of the test, if this is its first user."""
        if _run_time_s:
            gevent.spawn_later(_run_time_s.pop(), self.environment.runner.quit)

    def ask(self, path: str) -> None:
        headers = _headers(self.environment.parsed_options.key)
        self.client.get(path, headers=headers, allow_redirects=False)

    def send(self, path: str, field: str, count: int = 1) -> None:
        """Upload images as a form, the way browsers and most clients do."""
        files = [
            (field, (f"{number}.jpg", random.choice(_sent), "application/octet-stream"))
            for number in range(count)
        ]
        headers = _headers(self.environment.parsed_options.key)
        self.client.post(path, files=files, headers=headers, allow_redirects=False)


class Classic(_User):
    """A client of the earlier systems: two predictions to one look at the data, with pauses."""

    wait_time = between(1, 3)

    @task(2)  # type: ignore[untyped-decorator]
    def predict(self) -> None:
        """Ask for the class of an image."""
        self.send("/predict", "file")

    @task(1)  # type: ignore[untyped-decorator]
    def insights(self) -> None:
        """Look at what is in the data set."""
        self.ask("/data-insights")


class Predict(_User):
    """A program that asks for one image after another, without a pause."""

    wait_time = constant(0)

    @task  # type: ignore[untyped-decorator]
    def predict(self) -> None:
        """Ask for the class of an image."""
        self.send("/api/predict", "file")


class All(_User):
    """Somebody who uses everything that only reads, and predicts."""

    wait_time = between(0.5, 2)

    @task(6)  # type: ignore[untyped-decorator]
    def predict(self) -> None:
        """Ask for the class of an image."""
        self.send("/api/predict", "file")

    @task(1)  # type: ignore[untyped-decorator]
    def predict_batch(self) -> None:
        """Ask for the classes of eight images."""
        self.send("/api/predict/batch", "files", 8)

    @task(2)  # type: ignore[untyped-decorator]
    def insights(self) -> None:
        """Look at what is in the data set."""
        self.ask("/api/data-insights")

    @task(1)  # type: ignore[untyped-decorator]
    def images(self) -> None:
        """Leaf through the images."""
        self.ask("/api/images?limit=50")

    @task(1)  # type: ignore[untyped-decorator]
    def models(self) -> None:
        """Look at the models."""
        self.ask("/api/models")

    @task(1)  # type: ignore[untyped-decorator]
    def monitoring(self) -> None:
        """Look at what the server answers."""
        self.ask("/api/monitoring/summary?window=1h")
        self.ask("/api/predictions?limit=50")
