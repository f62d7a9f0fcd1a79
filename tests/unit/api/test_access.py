"""Keys on every route of a server that needs them."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from tellapart.api import event_stream
from tellapart.api.app import create_app
from tellapart.api.scopes import PUBLIC, SCOPES_BY_ROUTE, scope_of
from tellapart.api.services import Services
from tellapart.settings import Settings
from tellapart.store.tables import SCOPES, Scope
from tests.support.asynchronous import run_async
from tests.support.problems import assert_problem


def routes_of(app: FastAPI) -> set[str]:
    """All routes of an app, as in `SCOPES_BY_ROUTE`, but for plain files, which are public."""
    return {
        f"{method} {context.path}"
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute)
        for method in context.methods or ()
    }


ROUTES = sorted(routes_of(create_app(Settings())))
# Streams that a test client would read to an end that they do not have.
ENDLESS = ["GET /api/monitoring/events"]
GUARDED = [route for route in ROUTES if scope_of(route)]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"require_key": True})


@pytest.fixture(scope="module")
def guarded(
    empty_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    copy_workspace: Callable[[Path, Path], Path],
) -> Iterator[TestClient]:
    """One server for all routes."""
    folder = copy_workspace(empty_folder, tmp_path_factory.mktemp("guarded") / "workspace")
    settings = Settings(workspace=folder, require_key=True, job_poll_s=3600.0)
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def its_keys(guarded: TestClient) -> dict[str, str]:
    """One of each scope, and one that was revoked."""
    ring = guarded.app.state.services.keys  # type: ignore[attr-defined]
    made: dict[str, str] = {scope: ring.create(scope, scope) for scope in SCOPES}
    made["revoked"] = ring.create("old", "admin")
    ring.revoke("old")
    return made


@pytest.fixture
def keys(services: Services) -> dict[Scope, str]:
    return {scope: services.keys.create(scope, scope) for scope in SCOPES}


def ask(client: TestClient, route: str, key: str | None = None) -> httpx2.Response:
    method, path = route.split(" ")
    for name in ("image_id", "version", "other", "file_id", "prediction_id"):
        path = path.replace("{%s}" % name, "999")  # noqa: UP031
    path = (
        path.replace("{path:path}", "x.png").replace("{kind}", "blurry").replace("{job_id}", "none")
    )
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return client.request(method, path, headers=headers)


def assert_refused(found: httpx2.Response, status: int, code: str, *words: str) -> None:
    """A problem; clients of the earlier systems get one with `error` beside it, as JSON."""
    assert found.status_code == status, found.text[:500]
    assert found.headers["content-type"] in ("application/problem+json", "application/json")
    body = found.json()
    assert (body["status"], body["code"]) == (status, code)
    assert all(word in body["detail"] for word in words), body["detail"]


def test_every_route_says_what_it_needs() -> None:
    unknown = [route for route in ROUTES if route not in PUBLIC and route not in SCOPES_BY_ROUTE]
    assert unknown == [], "declare them in api/scopes.py"
    assert (PUBLIC | SCOPES_BY_ROUTE.keys()) - set(ROUTES) == set(), "these are gone"


def test_only_files_are_no_routes_of_the_api() -> None:
    plain = {
        context.path
        for context in iter_route_contexts(create_app(Settings()).routes)
        if not isinstance(context.original_route, APIRoute)
    }
    assert plain <= {"/openapi.json", "/predict", "/predict/"}


@pytest.mark.parametrize("route", GUARDED)
def test_keys_that_are_not_good(guarded: TestClient, its_keys: dict[str, str], route: str) -> None:
    for key in (None, "", "nonsense", its_keys["admin"][:-1] + "~", its_keys["revoked"]):
        found = ask(guarded, route, key)
        assert_refused(found, 401, "key_refused", "keys create")
        assert found.headers["www-authenticate"].startswith("Bearer")
    needed = scope_of(route)
    assert needed is not None
    for small in SCOPES[: SCOPES.index(needed)]:
        assert_refused(ask(guarded, route, its_keys[small]), 403, "scope_too_small", needed, small)
    if route in ENDLESS:
        return
    for enough in SCOPES[SCOPES.index(needed) :]:
        assert ask(guarded, route, its_keys[enough]).status_code not in (401, 403), enough


@pytest.mark.parametrize("route", [route for route in ROUTES if scope_of(route) is None])
def test_what_needs_no_key(guarded: TestClient, route: str) -> None:
    assert ask(guarded, route).status_code not in (401, 403)


def test_a_body_is_not_looked_at_without_a_key(client: TestClient) -> None:
    found = client.post("/api/predict", content=b"x", headers={"content-type": "image/png"})
    assert_problem(found, 401, "key_refused")


def test_metrics_may_be_public(settings: Settings) -> None:
    with TestClient(create_app(settings.model_copy(update={"public_metrics": True}))) as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/api/workspace").status_code == 401


@pytest.fixture
def browser(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url="https://testserver") as opened:
        yield opened


def test_a_page_signs_in_and_out(client: TestClient, keys: dict[Scope, str]) -> None:
    assert client.get("/api/session").json() == {"key_needed": True, "name": None, "scope": None}
    found = client.post("/api/session", json={"key": f" {keys['label']} "})
    assert found.json() == {"key_needed": True, "name": "label", "scope": "label"}
    cookie = found.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    assert client.get("/api/images").status_code == 200
    assert_problem(client.post("/api/retrain"), 403, "scope_too_small")
    assert client.get("/api/session").json()["scope"] == "label"
    client.delete("/api/session")
    assert client.get("/api/images").status_code == 401


def test_a_cookie_over_https_stays_there(browser: TestClient) -> None:
    services: Services = browser.app.state.services  # type: ignore[attr-defined]
    key = services.keys.create("x", "admin")
    assert "Secure" in browser.post("/api/session", json={"key": key}).headers["set-cookie"]


def test_a_key_that_is_revoked_ends_the_session(
    client: TestClient, services: Services, keys: dict[Scope, str]
) -> None:
    client.post("/api/session", json={"key": keys["admin"]})
    services.keys.revoke("admin")
    assert_problem(client.get("/api/images"), 401, "key_refused", "revoked")
    assert client.get("/api/session").json()["scope"] is None


def test_a_key_that_is_revoked_during_an_upload(
    client: TestClient, services: Services, keys: dict[Scope, str]
) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="%s"; filename="a.zip"\r\n\r\n'

    def upload(field: bytes) -> Iterator[bytes]:
        yield head % field
        services.keys.revoke("admin")
        yield b"PK\r\n--b--\r\n"

    for path, field in (
        ("/api/imports", b"file"), ("/api/retrain", b"file"), ("/retrain", b"data_zip"),
        ("/upload/data", b"files"),
    ):  # fmt: skip
        headers = {
            "Authorization": f"Bearer {keys['admin']}",
            "Content-Type": "multipart/form-data; boundary=b",
        }
        found = client.post(path, content=upload(field), headers=headers)
        assert_refused(found, 401, "key_refused", "revoked")
        keys["admin"] = services.keys.create("admin", "admin")
    assert services.jobs.page().items == []
    assert list(services.storage.uploads.iterdir()) == []


def test_a_key_that_is_revoked_ends_a_stream(
    client: TestClient, services: Services, keys: dict[Scope, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "_ACCESS_S", 0.0)
    route = next(
        context.original_route
        for context in iter_route_contexts(client.app.routes)  # type: ignore[attr-defined]
        if context.path == "/api/monitoring/events"
    )
    key = f"Bearer {keys['predict']}".encode()
    request = Request(
        {
            "type": "http", "method": "GET", "app": client.app, "route": route,
            "headers": [(b"authorization", key)],
        }
    )  # fmt: skip

    async def events() -> AsyncIterator[str]:
        for number in range(5):
            if number == 3:
                services.keys.revoke("predict")
            yield str(number)

    async def read() -> list[object]:
        stream = event_stream.event_stream(events(), request)
        return [part async for part in stream.body_iterator]

    assert run_async(read()) == ["0", "1", "2"]


@pytest.mark.parametrize("key", ["nonsense", "x" * 501, ""])
def test_a_wrong_key_is_not_kept(client: TestClient, key: str) -> None:
    found = client.post("/api/session", json={"key": key})
    assert found.status_code in (401, 422)
    assert "set-cookie" not in found.headers


def test_this_machine_alone_needs_no_key(empty_folder: str) -> None:
    assert not Settings().needs_key
    for host in ("0.0.0.0", "192.168.1.5", "::", "pets.example"):  # noqa: S104
        assert Settings(host=host).needs_key, host
    for host in ("127.0.0.1", "127.1.2.3", "::1", "localhost"):
        assert not Settings(host=host).needs_key, host
    assert Settings(require_key=True).needs_key
    assert not Settings(host="0.0.0.0", require_key=False).needs_key  # noqa: S104


def test_the_key_of_the_operator(settings: Settings) -> None:
    given = settings.model_copy(update={"admin_key": "a-key-that-is-long-enough-for-it-y"})
    with TestClient(create_app(given)) as client:
        assert (
            ask(client, "GET /api/images", "a-key-that-is-long-enough-for-it-y").status_code == 200
        )
        assert (
            ask(client, "GET /api/images", "a-key-that-is-long-enough-for-it-z").status_code == 401
        )
