import json
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tellapart.errors import LoadTestFailed, MissingDependency
from tellapart.jobs.load_tests import LoadPoint, LoadTestParams, Scenario
from tellapart.loadtest import runner
from tellapart.loadtest.runner import run_locust
from tests.support.models.packages import colour_image
from tests.support.servers.http_server import QuietHandler, serving
from tests.support.servers.server import wait_until


class Target(QuietHandler):
    """Knows one image, refuses each third prediction, and demands a key."""

    protocol_version = "HTTP/1.1"
    asked: list[str]
    keys: set[str | None]

    def do_GET(self) -> None:  # noqa: N802
        path = urlsplit(self.path).path
        if path == "/api/images":
            self.answer(json.dumps({"items": [{"id": 7}]}).encode())
        elif path == "/api/images/7/file":
            self.answer(colour_image("red"))
        else:
            self.count()
            self.answer(b"{}")

    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert colour_image("red") in body
        self.count()
        self.answer(b"{}", 503 if len(self.asked) % 3 == 0 else 200)

    def count(self) -> None:
        self.asked.append(self.path)
        self.keys.add(self.headers["Authorization"])

    def answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def target() -> Iterator[str]:
    Target.asked, Target.keys = [], set()
    with serving(Target) as address:
        yield address


def params(url: str, scenario: Scenario = "predict", duration_s: float = 4) -> LoadTestParams:
    return LoadTestParams(url=url, scenario=scenario, users=2, spawn_rate=10, duration_s=duration_s)


def test_what_locust_measures(target: str) -> None:
    followed: list[LoadPoint] = []
    found = run_locust(params(target), followed.append, key="secret")
    (endpoint,) = found.endpoints
    assert (endpoint.method, endpoint.name) == ("POST", "/api/predict")
    assert endpoint.requests == found.total.requests > 10
    assert 0 < endpoint.failures < endpoint.requests
    assert 0 <= endpoint.p50_ms <= endpoint.p95_ms <= endpoint.p99_ms <= endpoint.max_ms + 10
    (error,) = found.errors
    assert "503" in error.error
    assert error.count == endpoint.failures
    assert found.points[-1].users == 2
    assert followed[-1].requests_per_second > 0
    assert found.report.startswith(b"<!DOCTYPE html>") or b"<html" in found.report[:200]
    assert b'src="http' not in found.report, "one file"
    assert Target.keys == {"Bearer secret"}


def test_the_classic_users(target: str) -> None:
    run_locust(params(target, "classic", 4), lambda _: None)
    assert set(Target.asked) <= {"/predict", "/data-insights"}
    assert Target.asked


def nobody_asks() -> bool:
    """What was on its way may still come in at first."""
    asked = len(Target.asked)
    time.sleep(0.5)
    return len(Target.asked) == asked


def test_whoever_follows_can_stop_it(target: str) -> None:
    class Stop(Exception):
        pass

    def follow(point: LoadPoint) -> None:
        if point.users:
            raise Stop

    with pytest.raises(Stop):
        run_locust(params(target, duration_s=600), follow)
    wait_until(nobody_asks, "no user goes on")


def test_a_locust_that_fails(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LOCUSTFILE", runner.LOCUSTFILE.with_name("missing.py"))
    with pytest.raises(LoadTestFailed, match=r"status 1: .*missing\.py"):
        run_locust(params(target), lambda _: None)


def test_without_locust(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingDependency, match=r"pip install 'tellapart\[loadtest\]'"):
        run_locust(params(target), lambda _: None)
