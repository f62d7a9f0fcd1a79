"""Uploads that go wrong on their way: nothing is half imported, and the space is given back."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.images.builders import make_image_zip
from tests.support.servers.server import Server, wait_until

BOUNDARY = b"xyz"
# Jobs wait, so that what they would read can be looked at.
SMALL = {
    "TELLAPART_MAX_UPLOAD_BYTES": "2000000",
    "TELLAPART_JOB_POLL_S": "3600",
}
IDLE_S = 4
Start = Callable[..., Server]


@pytest.fixture(scope="module")
def small_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with small limits."""
    limits = {"TELLAPART_MAX_LOOSE_IMAGES": "3", "TELLAPART_UPLOAD_IDLE_S": str(IDLE_S)}
    made = Server(tmp_path_factory.mktemp("uploads") / "workspace", SMALL | limits)
    yield made.start()
    made.stop()


@pytest.fixture
def server(small_server: Server) -> Iterator[Server]:
    """The same, emptied; it writes no traceback whatever happens."""
    for job in small_server.client.get("/api/jobs").json()["items"]:
        small_server.client.delete(f"/api/jobs/{job['id']}")
    for path in uploads(small_server):
        path.unlink()
    yield small_server
    assert "Traceback" not in small_server.log


@pytest.fixture
def archive(tmp_path: Path) -> bytes:
    return make_image_zip(tmp_path / "pets.zip", size=(200, 160)).read_bytes()


def form(data: bytes, field: str = "file") -> bytes:
    head = f'Content-Disposition: form-data; name="{field}"; filename="pets.zip"'.encode()
    return b"--%s\r\n%s\r\n\r\n%s\r\n--%s--\r\n" % (BOUNDARY, head, data, BOUNDARY)


def begin(
    server: Server, body: bytes, length: int | None, path: str = "/api/imports"
) -> socket.socket:
    """A connection that has sent the head of an upload and `body`; no length: in chunks."""
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{size}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    chunk = body if length is not None else b"%x\r\n%s\r\n" % (len(body), body)
    connection.sendall(head.encode() + chunk)
    return connection


def answer(connection: socket.socket) -> tuple[int, dict[str, object]]:
    """Status and body of an answer, which may come before all was sent."""
    data = b""
    while b"}" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def uploads(server: Server) -> list[Path]:
    return list((server.folder / "uploads").iterdir())


def receives(server: Server, size: int) -> bool:
    return any(path.stat().st_size >= size for path in uploads(server))


def has_nothing(server: Server) -> bool:
    jobs = server.client.get("/api/jobs").json()["items"]
    return uploads(server) == [] and all(job["status"] == "cancelled" for job in jobs)


@pytest.mark.parametrize("field", ["file", "files"])
def test_an_upload_that_is_dropped_at_90_percent(
    server: Server, archive: bytes, field: str
) -> None:
    body = form(archive * 5, field)
    assert len(body) > 1_100_000, "more than waits in memory"
    with begin(server, body[: len(body) * 9 // 10], len(body)):
        wait_until(lambda: receives(server, 1_000_000), "most of it is there")
    wait_until(lambda: has_nothing(server), "the space is given back")


def test_an_upload_that_turns_out_too_large(server: Server) -> None:
    with begin(server, form(bytes(2_100_000))[:-10], None) as connection:
        status, problem = answer(connection)
        assert (status, problem["code"]) == (413, "payload_too_large")
        assert has_nothing(server)


def test_one_loose_image_too_many(server: Server) -> None:
    parts = form(b"x" * 1000, "files")[: -len(b"--xyz--\r\n")] * 4
    with begin(server, parts.ljust(1_100_000, b"\0"), None) as connection:
        status, problem = answer(connection)
        assert (status, problem["code"]) == (413, "payload_too_large")
    assert has_nothing(server)


def test_uploads_that_do_not_go_on(server: Server) -> None:
    paths = ("/api/imports", "/api/predict", "/api/predict/batch")
    part = form(bytes(1_200_000))[:-100]
    for connection in [begin(server, part, 1_200_300, path) for path in paths]:
        with connection:
            status, problem = answer(connection)
            assert (status, problem["code"]) == (408, "request_timeout")
            assert connection.recv(1) == b"", "the server hangs up"
    assert has_nothing(server)


def test_an_upload_that_is_slow_but_goes_on(server: Server, archive: bytes) -> None:
    # Together longer than an upload may be silent, each pause much shorter.
    body = form(archive)
    with begin(server, body[:100], len(body)) as connection:
        for start_at, end in ((100, 200), (200, 300), (300, 400), (400, 500), (500, None)):
            time.sleep(1)
            connection.sendall(body[start_at:end])
        assert b" 202 " in connection.recv(1000)
    assert [path.read_bytes() for path in uploads(server)] == [archive]


def test_uploads_of_the_same_name_at_once(server: Server, tmp_path: Path) -> None:
    sent = [
        make_image_zip(tmp_path / f"{n}.zip", size=(100, 80), first_seed=100 * n).read_bytes()
        for n in range(4)
    ]
    with ThreadPoolExecutor(4) as pool:
        files = [{"file": ("pets.zip", data)} for data in sent]
        found = list(pool.map(lambda one: server.client.post("/api/imports", files=one), files))
    assert [answer.status_code for answer in found] == [202] * 4
    ids = [answer.json()["id"] for answer in found]
    kept = [(server.folder / "uploads" / f"{job_id}.zip").read_bytes() for job_id in ids]
    assert kept == sent


def test_a_server_that_is_killed_leaves_nothing_for_long(start: Start, archive: bytes) -> None:
    server = start(**SMALL)
    waits = server.client.post("/api/imports", files={"file": ("pets.zip", archive)}).json()
    body = form(archive * 5)
    with begin(server, body[:-50_000], len(body)):
        wait_until(lambda: receives(server, 1_000_000), "most of it is there")
        server.kill()
    assert len(uploads(server)) == 2, "nobody could clean up"
    server.start()
    assert [path.stem for path in uploads(server)] == [waits["id"]]
    assert [job["id"] for job in server.client.get("/api/jobs").json()["items"]] == [waits["id"]]
