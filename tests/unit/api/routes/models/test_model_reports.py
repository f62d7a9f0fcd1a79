from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tellapart.settings import Settings
from tellapart.workspace import Workspace
from tests.support.images.colours import OF_EACH, import_colours
from tests.support.models.packages import register_colour_model
from tests.support.problems import assert_problem


@pytest.fixture
def two(client: TestClient, settings: Settings, tmp_path: Path) -> None:
    """Version 1 is right; 2 takes green for blue and back; 3 was never asked."""
    with Workspace(settings=settings) as workspace:
        import_colours(workspace, tmp_path / "colours")
        for names in (("red", "green", "blue"), ("red", "blue", "green")):
            workspace.evaluate(register_colour_model(workspace.storage, names))
        register_colour_model(workspace.storage)


def test_a_report_of_an_old_version(client: TestClient, two: None) -> None:
    found = client.get("/api/models/1/report").json()
    assert found["threshold"] is found["exports"] is found["splits"] is found["leaks"] is None
    assert found["history"] == found["weakest_classes"] == found["confused_pairs"] == []


def test_a_card(client: TestClient, two: None) -> None:
    found = client.get("/api/models/1/card")
    assert found.headers["content-type"] == "text/markdown; charset=utf-8"
    assert found.text.startswith("# Model version 1")
    assert "content-disposition" not in found.headers
    found = client.get("/api/models/1/card?download=true")
    assert found.headers["content-disposition"] == 'attachment; filename="tellapart-v1.md"'


def test_mistakes(client: TestClient, two: None) -> None:
    found = client.get("/api/models/2/mistakes?limit=3").json()
    assert (found["total"], len(found["items"])) == (2 * OF_EACH, 3)
    item = found["items"][0]
    assert item["label"] == item["current_label"] != item["predicted"]
    assert client.get(item["thumbnail"]).status_code == 200
    following = client.get(f"/api/models/2/mistakes?cursor={found['next_cursor']}").json()
    assert len(following["items"]) == 2 * OF_EACH - 3
    cell = client.get("/api/models/2/mistakes?label=green&predicted=blue").json()
    assert cell["total"] == OF_EACH
    assert client.get("/api/models/1/mistakes").json() == {
        "items": [],
        "total": 0,
        "next_cursor": None,
    }


def test_versions_beside_each_other(client: TestClient, two: None) -> None:
    found = client.get("/api/models/1/compare/2").json()
    assert (found["versions"], found["images"]) == ([1, 2], 3 * OF_EACH)
    assert found["metrics"][0]["name"] == "accuracy"
    assert found["mcnemar"]["only_first"] == len(found["only_first"]) == 2 * OF_EACH
    assert "Version 1 is better" in found["mcnemar"]["verdict"]
    assert client.get(found["only_first"][0]["file"]).status_code == 200


def test_what_cannot_be_compared(client: TestClient, two: None) -> None:
    assert_problem(client.get("/api/models/1/compare/1"), 422, "invalid_request", "two versions")
    assert_problem(client.get("/api/models/1/compare/3"), 409, "not_comparable", "evaluate 3")
    assert_problem(client.get("/api/models/3/mistakes"), 404, "not_found", "evaluate 3")
    for path in ("9/mistakes", "9/card", "1/compare/9", "9/compare/1"):
        assert_problem(client.get(f"/api/models/{path}"), 404, "model_not_found")
    for path in (
        "0/mistakes",
        "x/card",
        "1/compare/x",
        "1/mistakes?limit=0",
        "1/mistakes?cursor=x",
    ):
        assert_problem(client.get(f"/api/models/{path}"), 422, "invalid_request")


def test_damaged_answers(client: TestClient, services: Services, two: None) -> None:
    services.registry.add_artifact(1, "answers", services.storage.blobs.put(b"x"), 1)
    for path in ("1/mistakes", "1/compare/2"):
        found = client.get(f"/api/models/{path}")
        assert_problem(found, 500, "model_unreadable", "tellapart evaluate")
    assert client.get("/api/models/1/report").status_code == 200


def test_answers_are_no_download(client: TestClient, two: None) -> None:
    found = client.get("/api/models/1").json()
    assert [file["format"] for file in found["artifacts"]] == ["onnx"]
    assert_problem(client.get("/api/models/1/download?format=answers"), 422, "invalid_request")
    assert_problem(client.get("/api/models/1/download?format=int8"), 404, "not_found", "int8")
    labels = client.get("/api/models/1/download?format=labels")
    assert labels.text == "red\ngreen\nblue\n"
    assert "tellapart-v1.labels.txt" in labels.headers["content-disposition"]
