"""What Prometheus is told of requests, and how `/metrics` is put together.

With several server processes, each writes its figures to files of a common folder, and whichever is
asked adds up those of all (the multiprocess mode of prometheus_client).
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import REGISTRY, Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tellapart.api.middleware.fresh_answers import INSIGHTS_PATH
from tellapart.jobs.queue import JobQueue

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_LABELS = ("method", "route", "code", "version")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
# Everything that is no route: files of the page, and addresses where nothing is.
_NO_ROUTE = "page"
_STREAM = b"text/event-stream"
# A disk in memory, where there is one: the figures are not to be kept.
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made in it

REQUESTS = Counter(
    "tellapart_http_requests", "Requests, by the model version that answered.", _LABELS
)
REQUEST_SECONDS = Histogram(
    "tellapart_http_request_duration_seconds",
    "From the head of a request to the end of its answer; without event streams.",
    _LABELS,
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
IN_PROGRESS = Gauge(
    "tellapart_http_requests_in_progress",
    "Requests that are being answered.",
    multiprocess_mode="livesum",
)


class RequestMetrics:
    """Middleware that counts and times requests; the outermost one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, stream = 500, False

        async def watched(message: Message) -> None:
            nonlocal status, stream
            if message["type"] == "http.response.start":
                status = message["status"]
                stream = any(
                    name == b"content-type" and value.startswith(_STREAM)
                    for name, value in message.get("headers", ())
                )
            await send(message)

        began = time.perf_counter()
        IN_PROGRESS.inc()
        try:
            await self._app(scope, receive, watched)
        finally:
            IN_PROGRESS.dec()
            requests, seconds = _figures(*_labels(scope, status))
            requests.inc()
            if not stream:
                seconds.observe(time.perf_counter() - began)


@lru_cache(maxsize=1024)  # to find them by their labels takes longer than to count
def _figures(*labels: str) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(*labels), REQUEST_SECONDS.labels(*labels)


class JobCounts(Collector):
    """Jobs by kind and status, as they are in the database when Prometheus asks."""

    def __init__(self, jobs: JobQueue) -> None:
        self._jobs = jobs

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures."""
        family = GaugeMetricFamily("tellapart_jobs", "Jobs.", labels=["kind", "status"])
        for (kind, status), count in self._jobs.counts().items():
            family.add_metric([kind, status], count)
        yield family


def render_metrics(jobs: JobQueue) -> bytes:
    """The figures of all processes of this server, in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(JobCounts(jobs))
    folder = os.environ.get(_FOLDER)
    if folder is None:
        return generate_latest(REGISTRY) + generate_latest(registry)
    _forget_dead_processes(Path(folder))
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


@contextmanager
def shared_metrics() -> Iterator[None]:
    """Let the processes that are started within add up their figures."""
    if _FOLDER in os.environ:  # whoever runs the server chose a folder
        yield
        return
    parent = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="tellapart-metrics-", dir=parent) as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER]


def _labels(scope: Scope, status: int) -> tuple[str, str, str, str]:
    method = scope["method"] if scope["method"] in _METHODS else "other"
    found = scope.get("route")
    route = _NO_ROUTE if found is None else found.path
    if found is None and scope["path"] == INSIGHTS_PATH:
        route = INSIGHTS_PATH  # answered ahead of routing
    version = scope.get("state", {}).get("model_version", "")
    return method, route, str(status), str(version)


def _forget_dead_processes(folder: Path) -> None:
    """Remove what a process that is gone said of that moment; what it counted stays."""
    for file in folder.glob("gauge_live*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not Path(f"/proc/{pid}").exists():
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
