import asyncio
from collections.abc import Iterator

import pytest
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Message

from tellapart.api.uploads.bodies import announced_bytes, limit, megabytes, pour
from tellapart.errors import PayloadTooLarge
from tests.support.asynchronous import run_async


def request(messages: Iterator[Message], **headers: str) -> Request:
    """A request whose body comes as these messages; after them nothing comes any more."""

    async def receive() -> Message:
        message = next(messages, None)
        if message is None:
            await asyncio.sleep(60)
        assert message is not None
        return message

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw}, receive)


def parts(*data: bytes, complete: bool = True) -> Iterator[Message]:
    for number, part in enumerate(data, 1):
        more = not complete or number < len(data)
        yield {"type": "http.request", "body": part, "more_body": more}


def test_a_body_is_handed_on_in_large_pieces() -> None:
    pieces: list[bytes] = []
    small = [bytes([n % 256]) * 10_000 for n in range(350)]
    run_async(pour(request(parts(*small)), pieces.append))
    assert b"".join(pieces) == b"".join(small)
    assert [len(piece) for piece in pieces] == [1_050_000, 1_050_000, 1_050_000, 350_000]


def test_an_empty_body() -> None:
    pieces: list[bytes] = []
    run_async(pour(request(parts(b"")), pieces.append))
    assert pieces == [b""]


def test_a_client_that_goes_away() -> None:
    gone = iter([*parts(b"a", complete=False), {"type": "http.disconnect"}])
    with pytest.raises(ClientDisconnect):
        run_async(pour(request(gone), bytes))


def test_what_cannot_be_written_ends_it() -> None:
    def fail(_data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        run_async(pour(request(parts(b"a")), fail))


def test_a_body_over_the_limit() -> None:
    with pytest.raises(PayloadTooLarge):
        limit(request(parts(b"a"), **{"content-length": "101"}), 100)
    pieces: list[bytes] = []
    for length in ("100", "5", "x", ""):
        body = limit(request(parts(b"a" * 60, b"b" * 60), **{"content-length": length}), 100)
        with pytest.raises(PayloadTooLarge):
            run_async(pour(body, pieces.append))
    assert pieces == []


def test_what_is_announced() -> None:
    for header, expected in (("12", 12), ("", 0), ("-1", 0), ("1e3", 0)):
        assert announced_bytes(request(parts(), **{"content-length": header})) == expected
    assert announced_bytes(request(parts())) == 0


def test_sizes_are_written_out() -> None:
    sizes = (4 * 1024**3, 32 * 1024**2, 200_000, 1024**2)
    assert [megabytes(size) for size in sizes] == ["4,096 MB", "32 MB", "195 kB", "1 MB"]
