"""A server that wants keys, asked by those who have none, or the wrong ones, or odd requests."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tellapart.access.keys import KeyRing
from tellapart.settings import Settings
from tellapart.store.storage import Storage, open_storage
from tellapart.store.tables import SCOPES
from tests.support.servers.server import Server

GUARDED = "/api/workspace"
REFUSED = (400, 401, 403, 404, 405, 421, 431)


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    opened = open_storage(Settings(workspace=tmp_path_factory.mktemp("keys") / "workspace"))
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def ring(storage: Storage) -> KeyRing:
    return KeyRing(storage.database)


@pytest.fixture(scope="module")
def keys(ring: KeyRing) -> dict[str, str]:
    return {name: ring.create(name, name) for name in SCOPES}


@pytest.fixture(scope="module")
def locked(storage: Storage, keys: dict[str, str]) -> Iterator[Server]:
    """A server for others, which happens to listen on this machine alone."""
    assert keys, "without any it would not start"
    environment = {
        "TELLAPART_REQUIRE_KEY": "true", "TELLAPART_ALLOWED_HOSTS": '["pets.example"]',
        "TELLAPART_LOCAL_WORKERS": "0",
    }  # fmt: skip
    server = Server(storage.settings.workspace, environment)
    yield server.start()
    server.stop()


def status_of(server: Server, request: bytes) -> int:
    """How a request is answered; 0 if the connection is closed."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        try:
            connection.sendall(request)
            line = connection.makefile("rb").readline()
        except ConnectionError:
            return 0
    return int(line.split()[1]) if line else 0


def raw(path: str, *headers: bytes, method: str = "GET", host: str = "pets.example") -> bytes:
    lines = [f"{method} {path} HTTP/1.1".encode(), f"Host: {host}".encode(), *headers]
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])


def bearer(key: str) -> bytes:
    return f"Authorization: Bearer {key}".encode()


def test_headers_that_are_no_key(locked: Server, keys: dict[str, str]) -> None:
    good, cookie = keys["admin"], f"Cookie: tellapart_key_{locked.port}=".encode()
    assert status_of(locked, raw(GUARDED, bearer(good))) == 200
    assert status_of(locked, raw(GUARDED, cookie + good.encode())) == 200
    for headers in (
        (), (b"Authorization:",), (b"Authorization: Bearer",), (b"Authorization: Basic YTpi",),
        (b"Authorization: Bearer \xff\xfe",), (bearer("tap_%_x"),), (bearer("tap__"),),
        (bearer("tap_' OR 1=1 --_x"),), (bearer("x" * 60_000),), (bearer("x" * 300_000),),
        (bearer("bad"), bearer(good)), (bearer(good), bearer("bad")), (bearer(f"{good}, {good}"),),
        (cookie + good.encode(), bearer("bad")), (cookie + b"y" * 50_000,), (cookie + b"a\0b",),
        (b"Cookie: tellapart_key_1=" + good.encode(),), (b"X-A: b\nAuthorization: x",),
        (b"X-Original-URL: /livez", b"X-Forwarded-For: 127.0.0.1"),
        tuple(b"X-%d: v" % number for number in range(20_000)),
    ):  # fmt: skip
        assert status_of(locked, raw(GUARDED, *headers)) in (*REFUSED, 0), headers[0][:80]
    assert status_of(locked, raw(f"{GUARDED}?key={good}&access_token={good}")) == 401


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PUT", "PROPFIND", "x"])
def test_other_methods(locked: Server, method: str) -> None:
    for path in (GUARDED, "/metrics", "/api/predict", "/api/monitoring/events"):
        assert status_of(locked, raw(path, method=method)) in REFUSED, path


def test_addresses_that_lead_elsewhere(locked: Server) -> None:
    for path in (
        "/api/../metrics", "//metrics", "/./metrics", "/%2e%2e/metrics", "/metrics;x", "/METRICS",
        "/livez%2f..%2fmetrics", "//api/workspace", "/api//workspace", "/api%2fworkspace",
        "/%61pi/workspace", "/docs/../api/workspace", "/_next/../../api/workspace", "/api/wo%00rk",
        "/api/images/1%2ffile", "/data-images/../../tellapart.db", "/%2e%2e/%2e%2e/settings.py",
        "/_next/static/../../../../store/tables.py", "/data-images/..%2f..%2ftellapart.db",
        "http://127.0.0.1/metrics", "*", "\\api\\workspace", "/" + "v" * 300_000,
    ):  # fmt: skip
        assert status_of(locked, raw(path)) in (*REFUSED, 0), path[:80]
        assert status_of(locked, raw(path, method="POST")) in (*REFUSED, 0), path[:80]


def test_names_and_pages(locked: Server, keys: dict[str, str]) -> None:
    good = bearer(keys["admin"])
    for host in ("evil.example", "pets.example@evil.example", "evil.example#pets.example", "[::1"):
        assert status_of(locked, raw(GUARDED, good, host=host)) == 421
    assert status_of(locked, raw(GUARDED, good, b"Host: evil.example")) == 400
    for origin in (b"http://evil.example", b"null", b"http://pets.example.evil.example"):
        found = status_of(locked, raw("/api/checks", good, b"Origin: " + origin, method="POST"))
        assert found == 403
    both = (b"Origin: http://pets.example", b"Origin: http://evil.example")
    assert status_of(locked, raw("/api/checks", good, *both, method="POST")) == 400


def test_a_stream_ends_once_its_key_is_revoked(
    locked: Server, ring: KeyRing, keys: dict[str, str]
) -> None:
    key = ring.create("watcher", "predict")
    headers = {"Authorization": f"Bearer {key}"}
    path = "/api/monitoring/events?window=1m"
    with locked.client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        lines = answer.iter_lines()
        assert next(lines) == "event: summary"
        ring.revoke("watcher")
        with ThreadPoolExecutor(1) as pool:
            ended = pool.submit(lambda: list(lines))
            mine = {"Authorization": f"Bearer {keys['predict']}", "Content-Type": "image/png"}
            while not ended.done():  # each is news for those who watch
                locked.client.post("/api/predict", content=b"x", headers=mine)
                time.sleep(0.2)
    assert locked.client.get(path, headers=headers).status_code == 401


def test_nothing_of_all_that_was_a_fault_of_the_server(locked: Server) -> None:
    assert locked.client.get("/livez").status_code == 200
    assert "Traceback" not in locked.log
