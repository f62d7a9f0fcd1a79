from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tellapart.settings import Settings
from tellapart.store.tables import Job
from tellapart.workspace import Workspace
from tests.support.images.builders import (
    class_files,
    jpeg_bytes,
    make_folder,
    make_image_folder,
    make_zip,
)
from tests.support.models.networks import extractor
from tests.support.models.packages import register_colour_model
from tests.support.problems import assert_problem


def test_options_of_an_empty_data_set(client: TestClient) -> None:
    found = client.get("/api/training-options").json()
    assert found["images"] == found["classes"] == 0
    assert found["recommended"]["why"]
    assert [recipe["name"] for recipe in found["recipes"]] == [
        "auto",
        "probe",
        "scratch",
        "finetune",
    ]


def test_the_way_that_was_chosen_for_the_champion_is_recommended(
    client: TestClient, services: Services
) -> None:
    chosen = {"resize_mode": "stretch", "resize_mode_by": "comparison"}
    version = register_colour_model(
        services.storage, backbone="efficientnet-lite0", parameters=chosen
    )
    services.registry.promote(version, "a test")
    found = client.get("/api/training-options").json()
    assert found["recommended"]["resize_mode"] == "stretch"


def test_nothing_is_computed_yet(client: TestClient) -> None:
    found = client.get("/api/learning-curve").json()
    assert set(found.values()) == {None}
    assert client.get("/api/worth-labelling").json() == {"items": [], "computed_at": None}
    assert_problem(client.get("/api/worth-labelling?limit=0"), 422, "invalid_request", "limit")


def test_a_learning_curve(
    client: TestClient, settings: Settings, work: Callable[[], Job], tmp_path: Path
) -> None:
    with Workspace(settings=settings) as workspace:
        workspace.import_images(make_image_folder(tmp_path / "a", {"cats": 16, "dogs": 16}))
        files = {f"{seed}.jpg": jpeg_bytes(seed=seed) for seed in (901, 902)}
        workspace.import_images(make_folder(tmp_path / "b", files), unlabeled=True)
    first = client.post("/api/learning-curve")
    assert first.status_code == 202
    assert client.post("/api/learning-curve").json()["id"] == first.json()["id"]
    assert work().status == "succeeded"
    found = client.get("/api/learning-curve").json()
    assert found["curve"]["points"][-1]["share"] == 1
    assert found["up_to_date"] is True
    assert found["curve"]["verdict"]
    worth = client.get("/api/worth-labelling?limit=1").json()
    assert worth["computed_at"]
    item = worth["items"][0]
    assert item["image"]["label"] is None
    client.patch(f"/api/images/{item['image']['id']}", json={"label": "cats"})
    assert client.get("/api/learning-curve").json()["up_to_date"] is False
    assert len(client.get("/api/worth-labelling").json()["items"]) == 1


def test_without_images_the_job_says_so(client: TestClient, work: Callable[[], Job]) -> None:
    client.post("/api/learning-curve")
    job = work()
    assert (job.status, job.error_code) == ("failed", "dataset_error")


def test_a_zip_is_imported_before_the_training(
    client: TestClient, services: Services, work: Callable[[], Job], tmp_path: Path
) -> None:
    data = make_zip(tmp_path / "a.zip", class_files({"cats": 6, "dogs": 6})).read_bytes()
    fields = {"recipe": "probe", "promote": "never"}
    found = client.post("/api/retrain", data=fields, files={"file": ("my.zip", data)})
    assert found.status_code == 202, found.text
    assert found.json()["params"]["upload"]["name"] == "my.zip"
    assert found.json()["params"]["promote"] == "never"
    job = work()
    assert job.status == "succeeded", job.error_detail
    assert job.result is not None
    assert job.result["imported"]["classes"] == {"cats": 6, "dogs": 6}
    assert job.result["promoted"] is False
    assert list(services.storage.uploads.iterdir()) == []


@pytest.mark.parametrize(
    ("fields", "word"),
    [({"recipee": "probe"}, "recipee"), ({"epochs": "none"}, "epochs"), ({"label": "x"}, "label")],
)
def test_options_beside_a_zip_are_checked(
    client: TestClient, services: Services, fields: dict[str, str], word: str
) -> None:
    found = client.post("/api/retrain", data=fields, files={"file": ("my.zip", b"PK")})
    assert_problem(found, 422, "invalid_request", word)
    assert services.jobs.newest("train") is None
    assert list(services.storage.uploads.iterdir()) == []


def test_a_second_training_is_refused_unless_it_is_to_wait(client: TestClient) -> None:
    first = client.post("/api/retrain").json()
    refused = client.post("/api/retrain")
    assert refused.status_code == 409
    assert (refused.json()["code"], refused.json()["job_id"]) == ("already_running", first["id"])
    waiting = client.post("/api/retrain?when_busy=queue")
    assert waiting.status_code == 202
    assert waiting.json()["id"] != first["id"]


@pytest.mark.parametrize(
    "backbone", ["onnx:/etc/shadow", "onnx:/missing", "MobileNetV2:/etc/hosts"]
)
def test_a_backbone_from_a_path_of_the_server_has_to_be_listed(
    client: TestClient, backbone: str
) -> None:
    found = client.post("/api/retrain", json={"backbone": backbone})
    detail = assert_problem(found, 422, "invalid_request", "TELLAPART_BACKBONES")["detail"]
    assert "not found" not in detail.lower()
    assert client.post("/api/retrain", json={"backbone": "MobileNetV2"}).status_code == 202


def test_a_backbone_of_the_workspace_is_asked_for_by_its_name(
    client: TestClient, settings: Settings, work: Callable[[], Job], tmp_path: Path
) -> None:
    folder = settings.workspace / "backbones"
    folder.mkdir()
    for name in ("own.onnx", "MobileNetV2.onnx", "notes.txt"):
        (folder / name).write_bytes(b"")
    assert client.get("/api/training-options").json()["backbones"].count("own") == 1
    for wrong in ("own.onnx", f"{folder}/own", "../backbones/own", "notes", "onnx:own"):
        found = client.post("/api/retrain", json={"backbone": wrong})
        assert_problem(found, 422, "invalid_request", "folder `backbones`")
    (folder / "own.onnx").write_bytes(extractor().SerializeToString())
    with Workspace(settings=settings) as workspace:
        workspace.import_images(make_image_folder(tmp_path / "a", {"cats": 12, "dogs": 12}))
    asked = {"backbone": "own", "recipe": "probe"}
    found = client.post("/api/retrain", json=asked).json()
    assert found["params"]["backbone"] == "own", "no path of the server"
    job = work()
    assert job.status == "succeeded", job.error_detail
    own = client.get("/api/models/1").json()["backbone"]
    assert own.startswith("onnx:own-")
    assert client.get("/api/training-options").json()["recommended"]["backbone"] == own
    client.post("/api/retrain", json={"recipe": "probe"})
    work()
    assert client.get("/api/models/2").json()["backbone"] == own, "as in service"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/retrain"),
        ("POST", "/api/models/1/promote"),
        ("POST", "/api/models/rollback"),
        ("POST", "/api/imports"),
        ("POST", "/api/dataset-versions/1/restore"),
        ("PATCH", "/api/images/1"),
        ("PATCH", "/api/images"),
    ],
)
def test_unknown_fields_are_named(client: TestClient, method: str, path: str) -> None:
    found = client.request(method, path, json={"promotee": "never"})
    assert_problem(found, 422, "invalid_request", "promotee")
