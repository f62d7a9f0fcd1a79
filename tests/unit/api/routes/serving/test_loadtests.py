from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tellapart.api.app import create_app
from tellapart.settings import Settings
from tellapart.store.tables import Job
from tests.support.problems import assert_problem
from tests.support.servers.http_server import EmptyAnswers, serving
from tests.support.servers.server import free_port

SHORT = {"users": 1, "spawn_rate": 5, "duration_s": 2, "scenario": "predict"}


@pytest.fixture
def target() -> Iterator[str]:
    with serving(EmptyAnswers) as address:
        yield address


def start(client: TestClient, **body: Any) -> dict[str, Any]:
    found = client.post("/api/loadtests", json={**SHORT, **body})
    assert found.status_code == 202, found.text
    job: dict[str, Any] = found.json()
    return job


def test_a_load_test_is_kept(
    client: TestClient, target: str, champion: int, work: Callable[[], Job]
) -> None:
    assert client.get("/api/loadtests").json() == {"items": [], "next_cursor": None}
    begun = start(client, url=target)
    assert (begun["status"], begun["users"], begun["url"]) == ("queued", 1, target)
    assert begun["result"] is begun["report"] is None
    missing = client.get(f"/api/loadtests/{begun['id']}/report")
    assert_problem(missing, 404, "not_found", "once it has succeeded")
    job = work()
    assert job.status == "succeeded", job.error_detail
    done = client.get(f"/api/loadtests/{begun['id']}").json()
    assert client.get("/api/loadtests").json()["items"] == [done]
    result = done["result"]
    assert result["total"]["requests"] > 0
    assert result["total"]["failures"] == 0
    assert result["model_version"] == champion
    assert result["machine"]["cores"] >= 1
    assert result["tellapart_version"]
    report = client.get(done["report"])
    assert report.headers["content-type"].startswith("text/html")
    assert "sandbox" in report.headers["content-security-policy"]
    assert f"load-test-{begun['id']}.html" in report.headers["content-disposition"]
    assert "<head><script>" in report.text, "it can do without storage, of which a sandbox has none"
    events = client.get(f"/api/jobs/{begun['id']}/events").text
    assert '"requests_per_second"' in events, "how it went can be seen again"


def test_this_server_is_the_default(client: TestClient) -> None:
    with TestClient(client.app, base_url="http://testserver:8123") as other:
        assert start(other)["url"] == "http://127.0.0.1:8123"


def test_a_server_whose_workers_are_elsewhere(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)  # Locust is where they are
    address = "http://server:8000"
    elsewhere = settings.model_copy(update={"local_workers": 0, "loadtest_url": address})
    with TestClient(create_app(elsewhere)) as client:
        begun = start(client)
        assert begun["url"] == address
        params = client.get(f"/api/jobs/{begun['id']}").json()["params"]
        assert params["any_host"], "so that the worker goes there"
        client.delete(f"/api/jobs/{begun['id']}")
        assert start(client, url=address)["url"] == address
        other = client.post("/api/loadtests", json={**SHORT, "url": "http://other:8000"})
        assert_problem(other, 422, "foreign_target", "this machine")


def test_two_at_once(client: TestClient, target: str) -> None:
    first = start(client, url=target)
    second = client.post("/api/loadtests", json={**SHORT, "url": target})
    assert_problem(second, 409, "already_running", first["id"])
    client.delete(f"/api/jobs/{first['id']}")
    assert client.get(f"/api/loadtests/{first['id']}").json()["status"] == "cancelled"
    start(client, url=target)


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        ({"url": "http://example.org"}, "foreign_target", "this machine"),
        ({"url": "http://10.1.2.3:8000"}, "foreign_target", "this machine"),
        ({"url": "nonsense"}, "invalid_request", "http://127.0.0.1:8000"),
        ({"url": f"http://127.0.0.1:{free_port()}"}, "target_unreachable", "answers"),
        ({"any_host": True}, "invalid_request", "any_host"),
        ({"users": 0}, "invalid_request", "users"),
        ({"users": 5000}, "invalid_request", "users"),
        ({"duration_s": 1e9}, "invalid_request", "from 1 second to 1 hour"),
        ({"duration_s": 0}, "invalid_request", "from 1 second to 1 hour"),
        ({"duration_s": "0s"}, "invalid_request", "from 1 second to 1 hour"),
        ({"duration_s": "soon"}, "invalid_request", "like 60, 60s, 5m or 1h; it is 'soon'"),
        ({"spawn_rate": 0}, "invalid_request", "spawn_rate"),
        ({"scenario": "other"}, "invalid_request", "scenario"),
    ],
)
def test_bad_requests(client: TestClient, body: dict[str, Any], code: str, word: str) -> None:
    found = client.post("/api/loadtests", json={**SHORT, **body})
    assert_problem(found, 422, code, word)


def test_a_server_that_dies_before_its_turn(client: TestClient, work: Callable[[], Job]) -> None:
    with serving(EmptyAnswers) as address:
        begun = start(client, url=address)
    work()
    failed = client.get(f"/api/loadtests/{begun['id']}").json()
    assert failed["status"] == "failed"
    assert failed["error"]["code"] == "target_unreachable"


def test_without_locust(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    found = client.post("/api/loadtests", json=SHORT)
    assert_problem(found, 501, "missing_dependency", "tellapart[loadtest]")


def test_no_such_load_test(client: TestClient) -> None:
    assert_problem(client.get("/api/loadtests/nonsense"), 404, "job_not_found")
    job = client.post("/api/learning-curve").json()
    assert_problem(client.get(f"/api/loadtests/{job['id']}"), 404, "not_found")
