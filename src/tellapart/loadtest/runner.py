"""Runs Locust in a process of its own, since it replaces parts of the standard library."""

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tellapart.errors import LoadTestFailed, MissingDependency
from tellapart.jobs.load_tests import EndpointLoad, LoadError, LoadPoint, LoadTestParams
from tellapart.store.temporary_files import temporary_folder

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
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


@dataclass(frozen=True)
class _Figures:
    points: list[LoadPoint]
    end: dict[str, Any] | None


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
    with temporary_folder() as folder:
        _run(params, folder, follow, key)
        return _outcome(_read(folder), (folder / "report.html").read_bytes())


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
        "--figures", str(folder / "figures"), "--html", str(folder / "report.html"),
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
        shown = next(reversed(_read(folder).points), shown)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _read(folder: Path) -> _Figures:
    """What Locust has written up to now; a line that is not whole yet is left out."""
    file = folder / "figures"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    lines = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
    points = [LoadPoint.model_validate(line["point"]) for line in lines if "point" in line]
    return _Figures(points, next((line for line in lines if "total" in line), None))


def _outcome(figures: _Figures, report: bytes) -> LoadTestOutcome:
    end = figures.end
    if end is None or not end["total"]["requests"]:
        raise LoadTestFailed("Not one request was answered or failed. Let the test last longer.")
    points = figures.points
    return LoadTestOutcome(
        total=EndpointLoad.model_validate(end["total"]),
        endpoints=[EndpointLoad.model_validate(each) for each in end["endpoints"]],
        errors=[
            LoadError(
                method=each["method"] or "", name=each["name"],
                error=each["error"][:_SHOWN_CHARACTERS], count=each["occurrences"],
            )
            for each in end["errors"][:_MAX_ERRORS]
        ],
        points=points[:: -(-len(points) // _MAX_POINTS) or 1],
        report=report,
    )  # fmt: skip
