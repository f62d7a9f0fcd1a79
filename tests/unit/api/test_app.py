"""What holds for the whole server: health, unknown routes, the page, the document of the API."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tellapart.api.app import create_app
from tellapart.api.services import Services
from tellapart.errors import TellapartError
from tellapart.settings import Settings
from tests.support.models.packages import register_colour_model
from tests.support.problems import assert_problem


def test_alive_and_ready(client: TestClient, services: Services) -> None:
    assert client.get("/livez").json() == {"status": "alive"}
    assert_problem(client.get("/readyz"), 503, "no_champion")
    assert client.get("/readyz").headers["retry-after"] == "1"


def test_ready_with_a_champion(client: TestClient, champion: int) -> None:
    expected = {"status": "ready", "model_version": champion, "problem": None}
    assert client.get("/readyz").json() == expected


def test_ready_with_an_earlier_champion(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        services: Services = client.app.state.services  # type: ignore[attr-defined]
        for names in (["r", "g", "b"], ["a", "b", "c"]):
            services.registry.promote(register_colour_model(services.storage, names), "test")
        missing = services.registry.get(2).artifact("onnx").content_hash
    services.storage.blobs.delete(missing)
    with TestClient(create_app(settings)) as client:
        found = client.get("/readyz").json()
    assert (found["status"], found["model_version"]) == ("degraded", 1)
    assert "Version 2, the champion, cannot be loaded" in found["problem"]
    assert "Version 1 answers in its place" in found["problem"]


def test_metrics(client: TestClient, champion: int) -> None:
    found = client.get("/metrics")
    assert found.headers["content-type"].startswith("text/plain")
    assert f"tellapart_champion_version {float(champion)}" in found.text


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nonsense", "/api/models/1/nonsense"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_routes(client: TestClient, method: str, path: str) -> None:
    assert_problem(client.request(method, path), 404, "not_found", path, "/docs")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/predict", "POST"),
        ("OPTIONS", "/api/predict", "POST"),
        ("PUT", "/api/models/1/promote", "POST"),
        ("POST", "/api/data-insights", "GET"),
        ("DELETE", "/livez", "GET"),
        ("PATCH", "/api/imports", "POST"),
    ],
)
def test_wrong_methods(client: TestClient, method: str, path: str, allowed: str) -> None:
    found = client.request(method, path)
    assert_problem(found, 405, "method_not_allowed", allowed, "/docs")
    assert allowed in found.headers["allow"]


def test_head(client: TestClient) -> None:
    for path in ("/api/data-insights", "/api/nonsense", "/livez"):
        assert client.head(path).status_code in (200, 404, 405)


@pytest.mark.parametrize("path", ["/%00", "/" + "x" * 5000, "/..%2f..%2fetc/passwd", "/%ff"])
def test_strange_paths(client: TestClient, path: str) -> None:
    found = client.get(path)
    assert found.status_code in (404, 422, 503)
    assert "root:" not in found.text


def test_the_document_of_the_api(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "Tellapart"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), (method, path)
            assert operation["responses"], (method, path)


def test_an_unexpected_error_is_a_problem_too(client: TestClient, services: Services) -> None:
    services.storage.database.engine.dispose()
    object.__setattr__(services, "registry", None)
    found = client.get("/api/models")
    assert_problem(found, 500, "internal_error", "its log has the details")


def test_a_workspace_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    settings = Settings(workspace=tmp_path / "file")
    with pytest.raises(TellapartError), TestClient(create_app(settings)):
        pass
