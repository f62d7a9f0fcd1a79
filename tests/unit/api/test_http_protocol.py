"""One connection after the other, to a server of a few lines."""

import asyncio
import socket
import time
from collections.abc import Iterator
from threading import Thread

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from tellapart.api import http_protocol
from tellapart.api.http_protocol import MAX_HEAD_BYTES, BoundedHttpProtocol

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"


async def count(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that answers with the length of the body."""
    assert scope["type"] == "http"
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    body = b"%d bytes" % length
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(count, http=BoundedHttpProtocol, lifespan="off", log_level="error")
        server = uvicorn.Server(config)
        thread = Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def answer_of(connection: socket.socket) -> bytes:
    """An answer as a whole; empty if the connection is closed without an answer."""
    answer = b""
    while part := connection.recv(65536):
        answer += part
        if b"bytes" in answer:
            break
    return answer


def ask(port: int, *parts: bytes) -> bytes:
    """What comes back on one connection; empty if it is closed without an answer."""
    with connect(port) as connection:
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(0.02)
            return answer_of(connection)
        except ConnectionError:  # closed before all was sent
            return b""


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"X: " + b"v" * 200_000 + b"\r\n\r\n",
        HEAD + b"".join(b"X-%d: v\r\n" % n for n in range(20_000)),
        b"GET /" + b"v" * 200_000,
    ],
    ids=["one header", "many headers", "address"],
)
def test_a_head_that_is_too_large(port: int, head: bytes) -> None:
    parts = [head[at : at + 16_000] for at in range(0, MAX_HEAD_BYTES + 16_000, 16_000)]
    answer = ask(port, *parts)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b"application/problem+json" in answer
    assert b"larger than 64 kB" in answer


@pytest.mark.parametrize("tail", [b"1;" + b"v" * 400_000, b"1\r\na\r\n0\r\nX: " + b"v" * 400_000])
def test_what_stands_around_pieces_of_a_body_is_bounded_too(port: int, tail: bytes) -> None:
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    pieces = [tail[at : at + 40_000] for at in range(0, len(tail), 40_000)]
    assert b"200" not in ask(port, head, *pieces)


def test_bodies_and_usual_heads_pass(port: int) -> None:
    body = b"v" * (3 * MAX_HEAD_BYTES)
    head = HEAD + b"X: " + b"v" * 8_000 + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
    pieces = [body[at : at + 30_000] for at in range(0, len(body), 30_000)]
    assert ask(port, head[:50], head[50:], *pieces).endswith(b"%d bytes" % len(body))
    with connect(port) as connection:
        for _ in range(20):  # each head is counted by itself
            connection.sendall(HEAD + b"X: " + b"v" * 8_000 + b"\r\nContent-Length: 1\r\n\r\n.")
            assert b"1 bytes" in answer_of(connection)


def test_a_head_that_does_not_end(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_S", 0.2)
    assert ask(port, b"") == b"", "silent from the start"
    assert ask(port, HEAD, *[b"X: y\r\n"] * 40) == b"", "each line in time, and no end"


def test_a_second_head_that_does_not_end(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect(port) as connection:
        connection.sendall(HEAD + b"Content-Length: 1\r\n\r\n.")
        assert b"1 bytes" in answer_of(connection)
        monkeypatch.setattr(http_protocol, "HEAD_S", 0.2)
        connection.sendall(HEAD)
        assert answer_of(connection) == b""


def test_a_body_may_take_its_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_S", 2.0)
    with connect(port) as connection:
        connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n.")
        time.sleep(2.5)
        connection.sendall(b".")
        assert b"2 bytes" in answer_of(connection)
