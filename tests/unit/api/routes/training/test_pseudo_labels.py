from collections.abc import Callable
from pathlib import Path

from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tellapart.settings import Settings
from tellapart.store.tables import Job
from tellapart.workspace import Workspace
from tests.support.images.builders import make_folder
from tests.support.models.packages import colour_image, register_colour_model
from tests.support.problems import assert_problem

NOTHING_JUDGED = {"estimate": None, "low": None, "high": None, "judged": 0}


def test_nothing_yet(client: TestClient) -> None:
    found = client.get("/api/pseudo-labels").json()
    assert found == {
        "used": False,
        "reason": "No training was asked to use pseudo-labels yet.",
        "counts": {},
        "precision": NOTHING_JUDGED,
        "model_version": None,
    }
    proposals = client.get("/api/pseudo-labels/proposals").json()
    assert (proposals["items"], proposals["model_version"]) == ([], None)
    assert_problem(client.post("/api/pseudo-labels/proposals"), 503, "no_champion")


def test_proposals_before_and_after_the_champion_is_asked(
    client: TestClient,
    services: Services,
    settings: Settings,
    work: Callable[[], Job],
    tmp_path: Path,
) -> None:
    with Workspace(settings=settings) as workspace:
        known = {
            f"{name}/{side}.png": colour_image(name, side)
            for name in ("red", "blue")
            for side in range(20, 26)
        }
        workspace.import_images(make_folder(tmp_path / "known", known))
        new = {f"{name}.png": colour_image(name, 30) for name in ("red", "blue", "white")}
        workspace.import_images(make_folder(tmp_path / "new", new), unlabeled=True)
    version = register_colour_model(services.storage, strange_from=0.3)
    services.registry.promote(version, "test")
    before = client.get("/api/pseudo-labels/proposals").json()
    assert (before["items"], before["waiting"], before["model_version"]) == ([], 3, version)
    started = client.post("/api/pseudo-labels/proposals")
    assert started.status_code == 202
    assert client.post("/api/pseudo-labels/proposals").json()["id"] == started.json()["id"]
    assert work().status == "succeeded"
    found = client.get("/api/pseudo-labels/proposals?limit=2").json()
    assert (found["total"], found["waiting"]) == (3, 0)
    assert found["used"] == {"blue": 1, "red": 1}
    assert found["reasons"] == {"unlike_training_data": 1}
    first = found["items"][0]
    assert (first["suggested_label"] in ("red", "blue"), first["used"]) == (True, True)
    assert client.get(first["thumb"]).status_code == 200
    rest = client.get(f"/api/pseudo-labels/proposals?limit=2&cursor={found['next_cursor']}").json()
    assert [each["decision"] for each in rest["items"]] == ["unlike_training_data"]
    used = client.get("/api/pseudo-labels/proposals?decision=used").json()
    assert used["total"] == 2
    assert_problem(client.get("/api/pseudo-labels/proposals?batch_id=4"), 404, "not_found", "4")
    assert_problem(
        client.get("/api/pseudo-labels/proposals?decision=x"), 422, "invalid_request", "decision"
    )


def test_a_training_that_asks_for_them(client: TestClient, work: Callable[[], Job]) -> None:
    found = client.post("/api/retrain", json={"pseudo_labels": True, "recipe": "probe"})
    assert found.status_code == 202
    job = work()
    assert (job.status, job.error_code) == ("failed", "no_champion")
