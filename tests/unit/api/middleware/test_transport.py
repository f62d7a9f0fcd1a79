"""HEAD, and bodies that stall."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from tellapart.api.middleware.transport import IdleBodies
from tellapart.errors import RequestTimeout
from tests.support.asynchronous import run_async
from tests.support.problems import assert_problem


@pytest.mark.parametrize(
    "path", ["/livez", "/api/workspace", "/api/data-insights", "/metrics", "/docs", "/openapi.json"]
)
def test_head_is_get_without_the_body(client: TestClient, path: str) -> None:
    found, whole = client.head(path), client.get(path)
    assert (found.status_code, found.content) == (whole.status_code, b"")
    assert found.headers["content-type"] == whole.headers["content-type"]


def test_head_of_readiness(client: TestClient, champion: int) -> None:
    assert client.head("/readyz").status_code == 200


def test_head_of_a_stream_is_no_method_of_it(client: TestClient) -> None:
    assert client.head("/api/monitoring/events").status_code == 405


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/images", {"GET", "HEAD", "PATCH"}),
        ("PUT", "/api/images/1", {"GET", "HEAD", "PATCH"}),
        ("PATCH", "/api/jobs/1", {"GET", "HEAD", "DELETE"}),
        ("GET", "/api/retrain", {"POST"}),
        ("POST", "/livez", {"GET", "HEAD"}),
        ("PUT", "/api/session", {"GET", "HEAD", "POST", "DELETE"}),
        ("POST", "/api/monitoring/events", {"GET"}),
    ],
)
def test_all_methods_of_a_path_are_named(
    client: TestClient, method: str, path: str, allowed: set[str]
) -> None:
    found = client.request(method, path)
    assert_problem(found, 405, "method_not_allowed", *allowed)
    assert set(found.headers["allow"].split(", ")) == allowed


def body(*parts: bytes, complete: bool) -> Iterator[Message]:
    for number, part in enumerate(parts, 1):
        yield {
            "type": "http.request",
            "body": part,
            "more_body": not complete or number < len(parts),
        }


async def read(messages: Iterator[Message], count: int, idle_s: float) -> list[Message]:
    """What an app receives that asks `count` times of a client which sends these and is silent."""
    found: list[Message] = []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        found.extend([await receive() for _ in range(count)])

    async def receive() -> Message:
        message = next(messages, None)
        if message is not None:
            return message
        await asyncio.sleep(0.2)
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        """Nobody listens."""

    await IdleBodies(app, idle_s=idle_s)({"type": "http"}, receive, send)
    return found


def test_a_body_that_stalls_is_given_up() -> None:
    with pytest.raises(RequestTimeout, match=r"0\.05 seconds"):
        run_async(read(body(b"a", complete=False), 2, idle_s=0.05))


def test_a_client_may_wait_for_its_answer() -> None:
    found = run_async(read(body(b"a", b"b", complete=True), 3, idle_s=0.05))
    assert [message["type"] for message in found] == ["http.request"] * 2 + ["http.disconnect"]
