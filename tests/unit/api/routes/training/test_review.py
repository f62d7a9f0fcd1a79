from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tellapart.settings import Settings
from tellapart.store.tables import Job
from tellapart.workspace import Workspace
from tests.support.images.builders import make_folder
from tests.support.models.packages import colour_image, register_colour_model
from tests.support.problems import assert_problem

ANN, BOB = {"X-Client-Token": "ann"}, {"X-Client-Token": "bob"}


@pytest.fixture
def colours(client: TestClient, services: Services, settings: Settings, tmp_path: Path) -> None:
    """Labelled images, three without a class, and a champion that was not asked about them."""
    with Workspace(settings=settings) as workspace:
        known = {
            f"{name}/{side}.png": colour_image(name, side)
            for name in ("red", "blue")
            for side in range(20, 26)
        }
        workspace.import_images(make_folder(tmp_path / "known", known))
        new = {f"{name}.png": colour_image(name, 30) for name in ("red", "blue", "white")}
        workspace.import_images(make_folder(tmp_path / "new", new), unlabeled=True)
    services.registry.promote(register_colour_model(services.storage, strange_from=0.3), "test")


def decide(client: TestClient, *decisions: dict[str, Any], **more: Any) -> Any:
    return client.post("/api/review", json={"decisions": decisions}, **more)


def test_nothing_waits(client: TestClient) -> None:
    empty = {"items": [], "waiting": 0, "by_label": {}, "labels_per_hour": None}
    assert client.get("/api/review").json() == empty
    assert_problem(decide(client, {"image_id": 1, "action": "skip"}), 409, "dataset_error")
    assert_problem(client.post("/api/review/undo"), 409, "nothing_to_undo")


@pytest.mark.usefixtures("colours")
def test_from_the_first_question_to_the_undo(
    client: TestClient, services: Services, work: Callable[[], Job]
) -> None:
    first = client.get("/api/review", headers=ANN).json()
    assert (first["waiting"], first["by_label"]) == (3, {})
    assert [item["suggested_label"] for item in first["items"]] == [None] * 3
    assert client.get("/api/review", headers=BOB).json()["items"] == []
    job = work()
    assert (job.kind, job.status) == ("propose_labels", "succeeded")
    found = client.get("/api/review", headers=ANN).json()
    assert services.jobs.claim("test") is None, "it was asked already"
    assert sum(found["by_label"].values()) == 3
    reasons = [item["reason"] for item in found["items"]]
    assert "unlike_training_data" in reasons
    assert "typical" in reasons
    item = found["items"][0]
    assert client.get(item["thumb"]).status_code == 200
    assert item["file"].endswith("size=full")
    one, two, three = (each["image_id"] for each in found["items"])
    told = decide(
        client, {"image_id": one, "action": "accept"},
        {"image_id": two, "action": "label", "label": "white"},
        {"image_id": three, "action": "reject"}, headers=ANN,
    ).json()  # fmt: skip
    assert told == {"changed": 3, "dataset_version": 3, "conflicts": []}
    late = decide(client, {"image_id": two, "action": "label", "label": "red"}, headers=BOB).json()
    assert [(each["image_id"], each["reason"]) for each in late["conflicts"]] == [(two, "labelled")]
    assert_problem(client.post("/api/review/undo", headers=BOB), 409, "nothing_to_undo")
    undone = client.post("/api/review/undo", headers=ANN).json()
    assert undone == {"changed": 3, "dataset_version": 4, "conflicts": []}
    assert client.get("/api/review").json()["waiting"] == 3


@pytest.mark.usefixtures("colours")
def test_a_question_that_failed_is_not_asked_again_by_itself(
    client: TestClient, services: Services
) -> None:
    client.get("/api/review")
    job = services.jobs.newest("propose_labels")
    assert job is not None
    services.jobs.cancel(job.id)
    client.get("/api/review")
    assert services.jobs.claim("test") is None


@pytest.mark.parametrize(
    ("decisions", "words"),
    [
        ([], "decisions"),
        ([{"image_id": 1, "action": "skip"}, {"image_id": 1, "action": "skip"}], "came 2 times"),
        ([{"image_id": 1, "action": "keep"}], "action"),
        ([{"image_id": 1, "action": "label"}], "no label"),
        ([{"image_id": 1, "action": "skip", "why": "so"}], "why"),
        ([{"image_id": 1, "action": "skip"}] * 501, "500"),
        ([{"image_id": 0, "action": "skip"}], "image_id"),
    ],
)
def test_what_cannot_be_understood(client: TestClient, decisions: Any, words: str) -> None:
    assert_problem(decide(client, *decisions), 422, "invalid_request", words)


def test_questions_that_cannot_be_understood(client: TestClient) -> None:
    for query in ("order=best", "limit=0", "limit=501", "page=2"):
        assert_problem(client.get(f"/api/review?{query}"), 422, "invalid_request")
    assert client.get("/api/review?label=nothing").json()["items"] == []
