from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tellapart.store.tables import Job
from tests.support.models.packages import METRICS, colour_image, register_colour_model
from tests.support.problems import assert_problem


@pytest.fixture
def three(services: Services) -> list[int]:
    """Three versions; none is in service."""
    return [register_colour_model(services.storage) for _ in range(3)]


def answering(client: TestClient) -> int:
    headers = {"content-type": "image/png"}
    found = client.post("/api/predict", content=colour_image("red"), headers=headers)
    version: int = found.json()["model_version"]
    return version


def test_no_models(client: TestClient) -> None:
    assert client.get("/api/models").json() == {"items": [], "next_cursor": None}
    assert client.get("/api/promotions").json() == {"items": [], "next_cursor": None}


def test_a_model(client: TestClient, three: list[int]) -> None:
    found = client.get("/api/models/3").json()
    assert found["version"] == 3
    assert found["aliases"] == ["challenger"]
    assert found["class_names"] == ["red", "green", "blue"]
    assert METRICS.items() <= found["metrics"].items()
    assert [file["format"] for file in found["artifacts"]] == ["onnx"]
    assert found["created_at"].endswith("Z")


def test_pages(client: TestClient, three: list[int]) -> None:
    first = client.get("/api/models?limit=2").json()
    assert [model["version"] for model in first["items"]] == [3, 2]
    second = client.get(f"/api/models?limit=2&cursor={first['next_cursor']}").json()
    assert [model["version"] for model in second["items"]] == [1]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=-1"])
@pytest.mark.parametrize("path", ["/api/models", "/api/promotions", "/api/jobs", "/api/images"])
def test_wrong_pages(client: TestClient, path: str, query: str) -> None:
    if (path, query) == ("/api/images", "limit=201"):
        query = "limit=501"
    assert_problem(client.get(f"{path}?{query}"), 422, "invalid_request")


def test_a_report(client: TestClient, three: list[int]) -> None:
    found = client.get("/api/models/2/report").json()
    assert found["version"] == 2
    assert found["confusion_matrix"] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


VERSIONS = [("4", 404), (str(10**30), 404), ("0", 422), ("-1", 422), ("abc", 422), ("1.5", 422)]


@pytest.mark.parametrize(("version", "status"), VERSIONS)
@pytest.mark.parametrize("path", ["", "/report", "/download"])
def test_versions_that_do_not_exist(
    client: TestClient, three: list[int], version: str, status: int, path: str
) -> None:
    code = "model_not_found" if status == 404 else "invalid_request"
    assert_problem(client.get(f"/api/models/{version}{path}"), status, code)


@pytest.mark.parametrize(("version", "status"), VERSIONS)
def test_promoting_versions_that_do_not_exist(
    client: TestClient, three: list[int], version: str, status: int
) -> None:
    code = "model_not_found" if status == 404 else "invalid_request"
    assert_problem(client.post(f"/api/models/{version}/promote", json={}), status, code)


def test_promote_and_roll_back(client: TestClient, three: list[int]) -> None:
    for version in (1, 2):
        found = client.post(f"/api/models/{version}/promote", json={"reason": "Because."})
        assert found.status_code == 200
        assert found.json()["to_version"] == version
        assert answering(client) == version
    found = client.post("/api/models/rollback", json={})
    assert (found.json()["from_version"], found.json()["to_version"]) == (2, 1)
    assert answering(client) == 1
    refused = client.post("/api/models/rollback", json={})
    assert_problem(refused, 409, "promotion_refused", "no earlier champion")
    assert_problem(client.post("/api/models/1/promote", json={}), 409, "promotion_refused")
    history = client.get("/api/promotions").json()["items"]
    assert [(row["action"], row["to_version"], row["reason"]) for row in history] == [
        ("rollback", 1, "Rolled back by hand."),
        ("promote", 2, "Because."),
        ("promote", 1, "Because."),
    ]


def test_a_body_is_not_needed(client: TestClient, three: list[int]) -> None:
    assert client.post("/api/models/1/promote").status_code == 200
    assert client.post("/api/models/2/promote").status_code == 200
    assert client.post("/api/models/rollback").status_code == 200
    assert client.post("/api/retrain").status_code == 202


def test_a_version_that_cannot_be_loaded_is_not_promoted(
    client: TestClient, services: Services, three: list[int]
) -> None:
    client.post("/api/models/1/promote", json={})
    broken = register_colour_model(services.storage, ["a", "b", "c"])
    onnx = services.registry.get(broken).artifact("onnx")
    services.storage.blobs.delete(onnx.content_hash)
    found = client.post(f"/api/models/{broken}/promote", json={})
    assert_problem(found, 500, "blob_not_found", "backup")
    assert services.registry.champion() == 1
    assert answering(client) == 1


def test_download(client: TestClient, services: Services, three: list[int]) -> None:
    found = client.get("/api/models/1/download")
    onnx = services.registry.get(1).artifact("onnx")
    assert found.content == services.storage.blobs.read(onnx.content_hash)
    assert found.headers["content-disposition"] == 'attachment; filename="tellapart-v1.onnx"'
    assert found.headers["x-content-type-options"] == "nosniff"
    assert_problem(client.get("/api/models/1/download?format=exe"), 422, "invalid_request", "onnx")


def test_a_file_that_has_to_be_made_is_one_job(client: TestClient, three: list[int]) -> None:
    first = client.get("/api/models/1/download?format=keras")
    assert first.status_code == 202
    again = client.get("/api/models/1/download?format=keras")
    assert again.json()["id"] == first.json()["id"]
    other = client.get("/api/models/1/download?format=h5")
    assert other.json()["id"] != first.json()["id"]


def test_retrain_is_a_job(client: TestClient) -> None:
    found = client.post("/api/retrain", json={"recipe": "probe", "time_budget": "90s"})
    assert found.status_code == 202
    job = found.json()
    assert (job["kind"], job["status"]) == ("train", "queued")
    assert job["params"]["recipe"] == "probe"
    assert client.get(f"/api/jobs/{job['id']}").json() == job


@pytest.mark.parametrize(
    "options",
    [
        {"recipe": "magic"},
        {"epochs": 0},
        {"epochs": 1001},
        {"epochs": "many"},
        {"time_budget": "soon"},
        {"time_budget": ""},
        {"seed": -1},
        {"seed": 2**32},
        {"seed": 1.5},
        {"promote": "perhaps"},
        {"resize_mode": "fold"},
        {"backbone": 7},
        [],
        "text",
    ],
)
def test_wrong_options(client: TestClient, options: object) -> None:
    assert_problem(client.post("/api/retrain", json=options), 422, "invalid_request", "body")
    assert client.get("/api/jobs").json()["items"] == []


def test_options_that_are_no_json(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    for body in (b"{", b"\xff\xfe", b'{"seed": NaN}', b'{"backbone": "\\ud800"}', b'"\\ud800"'):
        found = client.post("/api/retrain", content=body, headers=headers)
        assert_problem(found, 422, "invalid_request")
    found = client.post("/api/retrain", content=b"[" * 60_000, headers=headers)
    assert_problem(found, 422, "invalid_request", "no JSON")
    assert client.get("/api/jobs").json()["items"] == []


def test_training_without_images_says_so(client: TestClient, work: Callable[[], Job]) -> None:
    client.post("/api/retrain", json={})
    job = work()
    assert (job.status, job.error_code) == ("failed", "dataset_error")
    found = client.get(f"/api/jobs/{job.id}").json()
    assert "no pictures yet" in found["error"]["detail"]


def test_a_reason_has_a_length(client: TestClient, three: list[int]) -> None:
    found = client.post("/api/models/1/promote", json={"reason": "x" * 501})
    assert_problem(found, 422, "invalid_request", "reason")


@pytest.mark.parametrize("path", ["/api/retrain", "/api/models/1/promote", "/api/models/rollback"])
def test_a_body_has_a_size(client: TestClient, three: list[int], path: str) -> None:
    large = b'{"reason": "' + b" " * 100_000 + b'"}'
    headers = {"content-type": "application/json"}
    for content in (large, iter([large])):
        found = client.post(path, content=content, headers=headers)
        assert_problem(found, 413, "payload_too_large")
