"""What a server answers while its database is lost, and when it is back."""

import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from tellapart.api.app import create_app
from tellapart.api.event_stream import event_stream
from tellapart.api.services import Services
from tellapart.settings import Settings
from tests.support.asynchronous import run_async
from tests.support.models.packages import colour_image
from tests.support.problems import assert_problem
from tests.support.servers.outages import lost_file
from tests.support.servers.postgres import Postgres

Lose = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def lose_database(request: pytest.FixtureRequest, services: Services) -> Lose:
    """Makes the database unreachable for the length of a block."""
    url = services.storage.settings.database_url
    if url is not None:
        postgres: Postgres = request.getfixturevalue("postgres")
        return lambda: postgres.outage(url)
    return lambda: lost_file(services.storage)


def wait_for_status(client: TestClient, status: str) -> str:
    end = time.monotonic() + 60
    while (found := client.get("/readyz").json())["status"] != status:
        assert time.monotonic() < end, found
        time.sleep(0.05)
    return str(found["problem"])


@pytest.mark.both_databases
@pytest.mark.usefixtures("champion")
def test_a_lost_database_comes_back(
    client: TestClient, services: Services, lose_database: Lose
) -> None:
    with capture_logs(), lose_database():
        for path in ("/api/workspace", "/api/models", "/api/images", "/api/jobs", "/metrics"):
            answer = client.get(path)
            assert_problem(answer, 503, "database_unavailable", "Then do it again")
            assert answer.headers["retry-after"] == "1"
        assert_problem(client.post("/api/checks"), 503, "database_unavailable", "nothing was")
        assert client.get("/data/batches").status_code == 503
        assert client.get("/livez").status_code == 200
        assert "The database cannot be used now" in wait_for_status(client, "degraded")
        headers = {"content-type": "image/png"}
        found = client.post("/api/predict", content=colour_image("red"), headers=headers)
        assert found.json()["label"] == "red"
    wait_for_status(client, "ready")
    assert client.get("/api/models").status_code == 200
    assert services.predictions.flush()
    assert client.get("/api/predictions").json()["items"][0]["label"] == "red"


def test_a_file_that_another_program_holds(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tellapart.store.database._BUSY_TIMEOUT_S", 0.1)
    with TestClient(create_app(settings)) as client:
        other = sqlite3.connect(settings.workspace / "tellapart.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with capture_logs() as logs:
            found = client.post("/api/checks")
        assert_problem(found, 503, "database_unavailable", "Another program holds")
        assert any("database is locked" in line.get("cause", "") for line in logs)
        assert client.get("/api/jobs").json()["items"] == []
        other.close()
        assert client.post("/api/checks").status_code == 202


@pytest.mark.parametrize("lost", [True, False])
def test_an_event_stream_ends_with_the_database(lost: bool) -> None:
    async def events() -> AsyncIterator[str]:
        yield "event: job\n\n"
        raise OperationalError("", {}, Exception("gone")) if lost else ZeroDivisionError

    async def read() -> list[object]:
        return [
            part async for part in event_stream(events(), Request({"type": "http"})).body_iterator
        ]

    if lost:
        assert run_async(read()) == ["event: job\n\n"]
    else:
        with pytest.raises(ZeroDivisionError):
            run_async(read())
