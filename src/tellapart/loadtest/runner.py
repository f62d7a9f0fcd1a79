"""Runs Locust in a process of its own, since it replaces parts of the standard library."""

import csv
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tellapart.errors import LoadTestFailed, MissingDependency
from tellapart.loadtest.contract import EndpointLoad, LoadError, LoadPoint, LoadTestParams

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
_TOTAL = "Aggregated"
_POLL_S = 0.25
# Users that wait for an answer at the end are given this long, and Locust as a whole that long.
_STOP_S = 10
_END_S = 60
_MAX_POINTS = 300
_MAX_ERRORS = 50
_SHOWN_CHARACTERS = 500


@dataclass(frozen=True)
class LoadTestOutcome:
    """What Locust measured, and its report as an HTML page of one file."""

    total: EndpointLoad
    endpoints: list[EndpointLoad]
    errors: list[LoadError]
    points: list[LoadPoint]
    report: bytes


def require_locust() -> None:
    """See that Locust is installed.

    Raises:
        MissingDependency: it is not.
    """
    if importlib.util.find_spec("locust") is None:
        raise MissingDependency(
            "Load tests need Locust, which is not installed: pip install 'tellapart[loadtest]'."
        )


def run_locust(
    params: LoadTestParams, follow: Callable[[LoadPoint], None], *, key: str | None = None
) -> LoadTestOutcome:
    """Put a server under load.

    Args:
        params: the server, the users, and for how long.
        follow: called about once a second with the newest figures, and without news too; what it
            raises ends the load.
        key: sent with each request, where the server wants one.

    Raises:
        MissingDependency: Locust is not installed.
        LoadTestFailed: it did not run to its end.
    """
    require_locust()
    with tempfile.TemporaryDirectory(prefix="tellapart-loadtest-") as name:
        folder = Path(name)
        _run(params, folder, follow, key)
        points = list(_points(folder))
        return LoadTestOutcome(
            *_endpoints(folder),
            errors=_errors(folder),
            points=points[:: -(-len(points) // _MAX_POINTS) or 1],
            report=(folder / "report.html").read_bytes(),
        )


def _run(
    params: LoadTestParams,
    folder: Path,
    follow: Callable[[LoadPoint], None],
    key: str | None,
) -> None:
    environment = dict(os.environ)
    if key:
        environment["TELLAPART_LOADTEST_KEY"] = key
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own options, and no shell
            _command(params, folder), env=environment, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait(process, params.duration_s + _STOP_S + _END_S, folder, follow)
        finally:
            _end(process)
    if process.returncode != 0 or not (folder / "report.html").is_file():
        lines = (folder / "log").read_text(errors="replace").strip().splitlines()
        said = " ".join(lines[-3:])[-_SHOWN_CHARACTERS:] or "it said nothing"
        raise LoadTestFailed(f"Locust ended early, with status {process.returncode}: {said}")


def _command(params: LoadTestParams, folder: Path) -> list[str]:
    return [
        sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), params.scenario.capitalize(),
        "--headless", "--host", params.url, "-u", str(params.users), "-r", str(params.spawn_rate),
        "-t", f"{params.duration_s:g}s", "--stop-timeout", str(_STOP_S), "--only-summary",
        "--csv", str(folder / "run"), "--csv-full-history", "--html", str(folder / "report.html"),
        "--exit-code-on-error", "0", "--loglevel", "WARNING",
    ]  # fmt: skip


def _wait(
    process: subprocess.Popen[bytes],
    limit_s: float,
    folder: Path,
    follow: Callable[[LoadPoint], None],
) -> None:
    ends = time.monotonic() + limit_s
    shown = LoadPoint(
        at_s=0, users=0, requests_per_second=0, failures_per_second=0, p50_ms=None, p95_ms=None
    )
    while process.poll() is None:
        if time.monotonic() > ends:
            raise LoadTestFailed(
                f"Locust did not end within {limit_s:.0f} seconds; it was stopped."
            )
        follow(shown)
        time.sleep(_POLL_S)
        shown = next(reversed(list(_points(folder))), shown)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _rows(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file; of one that is being written, those that are whole."""
    if not file.is_file():
        return []
    with file.open(newline="", encoding="utf-8", errors="replace") as opened:
        text = opened.read()
    whole = text[: text.rfind("\n") + 1]
    return list(csv.DictReader(whole.splitlines()))


def _points(folder: Path) -> Iterator[LoadPoint]:
    # Locust's own rates lag behind by some seconds; its totals do not.
    at_s = asked = failed = 0
    began: int | None = None
    for row in _rows(folder / "run_stats_history.csv"):
        if row["Name"] != _TOTAL:
            continue
        began = int(row["Timestamp"]) if began is None else began
        passed_s = max(1, int(row["Timestamp"]) - began - at_s)
        requests, failures = int(row["Total Request Count"]), int(row["Total Failure Count"])
        at_s = int(row["Timestamp"]) - began
        yield LoadPoint(
            at_s=at_s,
            users=int(row["User Count"]),
            requests_per_second=round((requests - asked) / passed_s, 2),
            failures_per_second=round((failures - failed) / passed_s, 2),
            p50_ms=_milliseconds(row["50%"]),
            p95_ms=_milliseconds(row["95%"]),
        )
        asked, failed = requests, failures


def _endpoints(folder: Path) -> tuple[EndpointLoad, list[EndpointLoad]]:
    found = [
        EndpointLoad(
            method=row["Type"],
            name=row["Name"],
            requests=int(row["Request Count"]),
            failures=int(row["Failure Count"]),
            requests_per_second=round(float(row["Requests/s"]), 2),
            mean_ms=round(float(row["Average Response Time"]), 2),
            p50_ms=_milliseconds(row["50%"]) or 0,
            p95_ms=_milliseconds(row["95%"]) or 0,
            p99_ms=_milliseconds(row["99%"]) or 0,
            max_ms=round(float(row["Max Response Time"]), 2),
        )
        for row in _rows(folder / "run_stats.csv")
    ]
    if not found or not found[-1].requests:
        raise LoadTestFailed("Not one request was answered or failed. Let the test last longer.")
    return found[-1], found[:-1]


def _errors(folder: Path) -> list[LoadError]:
    return [
        LoadError(
            method=row["Method"],
            name=row["Name"],
            error=row["Error"][:_SHOWN_CHARACTERS],
            count=int(row["Occurrences"]),
        )
        for row in _rows(folder / "run_failures.csv")[:_MAX_ERRORS]
    ]


def _milliseconds(text: str) -> float | None:
    return None if text in ("N/A", "0") else float(text)
