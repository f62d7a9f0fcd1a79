"""Names that a server is asked under, and pages that ask it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tellapart.api.app import create_app
from tellapart.settings import Settings
from tests.support.problems import assert_problem

PAGE = "https://pets.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As people run it: no name is allowed but those of this machine."""
    return settings.model_copy(update={"allowed_hosts": ()})


@pytest.fixture(scope="module")
def client(
    empty_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    copy_workspace: Callable[[Path, Path], Path],
) -> Iterator[TestClient]:
    folder = copy_workspace(empty_folder, tmp_path_factory.mktemp("origins") / "workspace")
    settings = Settings(workspace=folder, allowed_hosts=(), job_poll_s=3600.0)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as opened:
        yield opened


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000", "127.8.8.8", "localhost."]
)
def test_names_of_this_machine(client: TestClient, host: str) -> None:
    assert client.get("/livez", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["pets.example", "127.0.0.1.pets.example", "192.168.1.5", "", "[", "a:b:c", "localhost@x.y"],
)
@pytest.mark.parametrize("path", ["/livez", "/api/workspace", "/", "/api/nonsense"])
def test_other_names(client: TestClient, host: str, path: str) -> None:
    found = client.get(path, headers={"host": host})
    assert_problem(found, 421, "host_refused", "TELLAPART_ALLOWED_HOSTS")


@pytest.mark.parametrize("name", ["host", "origin", "authorization"])
def test_headers_that_come_twice(client: TestClient, name: str) -> None:
    value = "127.0.0.1:8000" if name == "host" else "http://127.0.0.1:8000"
    found = client.get("/livez", headers=[(name, value), (name, value)])
    assert_problem(found, 400, "bad_request", f"The header {name} came more than once")


def test_names_that_the_operator_allows(settings: Settings) -> None:
    given = settings.model_copy(update={"allowed_hosts": ("pets.example",)})
    with TestClient(create_app(given), base_url="http://127.0.0.1") as client:
        for host, status in (("pets.example:80", 200), ("127.0.0.1", 200), ("x.example", 421)):
            assert client.get("/livez", headers={"host": host}).status_code == status


def test_a_server_for_others_has_any_name_until_it_is_told(settings: Settings) -> None:
    given = settings.model_copy(update={"host": "0.0.0.0"})  # noqa: S104
    with TestClient(create_app(given), base_url="http://pets.example") as client:
        assert client.get("/livez").status_code == 200
    listed = given.model_copy(update={"allowed_hosts": ("pets.example",)})
    with TestClient(create_app(listed), base_url="http://pets.example") as client:
        assert client.get("/livez").status_code == 200
        assert client.get("/livez", headers={"host": "x.example"}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": PAGE},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "http://localhost:8000"},
        {"sec-fetch-site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/api/retrain", "/api/checks", "/api/imports", "/api/session"])
def test_foreign_pages_start_nothing(
    client: TestClient, headers: dict[str, str], path: str
) -> None:
    before = client.get("/api/jobs").json()
    found = client.post(path, headers=headers)
    assert_problem(found, 403, "origin_refused", "TELLAPART_ALLOWED_ORIGINS")
    assert client.get("/api/jobs").json() == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://127.0.0.1:8000"},
        {"origin": "https://pets.example", "x-forwarded-host": "pets.example"},
        {"origin": "https://pets.example", "x-forwarded-host": "pets.example:443"},
        {"sec-fetch-site": "same-origin"},
    ],
)
def test_its_own_page_and_programs_may(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/checks", headers=headers).status_code == 202


def test_foreign_pages_show_nothing_either(client: TestClient) -> None:
    image = {"sec-fetch-site": "cross-site", "sec-fetch-dest": "image"}
    assert_problem(client.get("/api/images/1/file", headers=image), 403, "origin_refused")
    link = {"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"}
    assert client.get("/api/workspace", headers=link).status_code == 200
    assert client.get("/livez", headers=image).status_code == 200
    found = client.get("/api/workspace", headers={"origin": PAGE})
    assert "access-control-allow-origin" not in found.headers


def test_a_page_that_the_operator_allows(settings: Settings) -> None:
    given = settings.model_copy(update={"allowed_origins": (PAGE,), "require_key": True})
    with TestClient(create_app(given), base_url="http://127.0.0.1") as client:
        asked = {"origin": PAGE, "access-control-request-method": "POST"}
        asked["access-control-request-headers"] = "authorization"
        preflight = client.options("/api/predict", headers=asked)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == PAGE
        assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
        refused = client.post("/api/checks", headers={"origin": PAGE})
        assert_problem(refused, 401, "key_refused")
        assert refused.headers["access-control-allow-origin"] == PAGE
        other = client.options("/api/predict", headers=asked | {"origin": "https://x.example"})
        assert "access-control-allow-origin" not in other.headers
        other = client.post("/api/checks", headers={"origin": "https://x.example"})
        assert_problem(other, 403, "origin_refused")


def test_lists_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLAPART_ALLOWED_ORIGINS", " https://a.example/ ,https://b.example,")
    monkeypatch.setenv("TELLAPART_ALLOWED_HOSTS", '["a", "b"]')
    found = Settings()
    assert found.allowed_origins == ("https://a.example", "https://b.example")
    assert found.allowed_hosts == ("a", "b")
