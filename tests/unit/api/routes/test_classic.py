"""The root paths of the two earlier systems, driven as their clients do."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tellapart.api.app import create_app
from tellapart.api.services import Services
from tellapart.jobs.contracts import TrainParams
from tellapart.jobs.worker import run_job
from tellapart.settings import Settings
from tellapart.store.tables import Job
from tellapart.workflows.run_workflow import run_workflow
from tellapart.workspace import Workspace
from tests.support.images.builders import (
    class_files,
    jpeg_bytes,
    make_folder,
    make_image_folder,
    make_zip,
)
from tests.support.models.packages import colour_image

Work = Callable[[], Job]


def assert_error(found: Response, status: int, *words: str) -> None:
    """One of the systems read `error`, the other `detail`."""
    assert found.status_code == status, found.text
    body = found.json()
    assert body["error"] == body["detail"]
    assert body["success"] is False
    for word in words:
        assert word in body["error"]


def assert_prediction(found: dict[str, Any], expected: str) -> None:
    assert found["predicted_class"] == expected
    assert 0 <= found["confidence"] <= 1
    assert found["prediction_time"] >= 0
    datetime.fromisoformat(found["timestamp"])
    top = found["top_3_predictions"]
    assert top[0]["class"] == expected
    assert top[0]["probability"] == found["confidence"]
    names = list(found["all_probabilities"])
    assert names[found["predicted_class_index"]] == expected


def test_predict(client: TestClient, champion: int) -> None:
    found = client.post("/predict", files={"file": ("my blue.png", colour_image("blue"))}).json()
    assert found["success"] is True
    assert found["filename"] == "my blue.png"
    assert found["predicted_class"] == "blue"
    assert found["confidence"] == found["prediction"]["confidence"]
    assert found["raw_predictions"] == [list(found["prediction"]["all_probabilities"].values())]
    assert list(found["prediction"]["all_probabilities"]) == ["red", "green", "blue"]
    assert found["prediction"]["model_version"] == champion
    assert_prediction(found["prediction"], "blue")


@pytest.mark.usefixtures("champion")
def test_the_same_file_name_from_twenty_clients_at_once(client: TestClient) -> None:
    colours = ["red", "green", "blue", "red"] * 5

    def ask(colour: str) -> str:
        file = {"file": ("image.png", colour_image(colour))}
        return str(client.post("/predict", files=file).json()["predicted_class"])

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(ask, colours)) == colours


def test_a_file_name_never_touches_the_disk(
    client: TestClient, champion: int, settings: Settings
) -> None:
    before = {path for path in settings.workspace.rglob("*") if path.is_file()}
    for name in ("../../evil.png", "/etc/evil.png", "c:\\evil.png", "x" * 300):
        found = client.post("/predict", files={"file": (name, colour_image("red"))})
        assert found.status_code == 200
    after = {path for path in settings.workspace.rglob("*") if path.is_file()}
    assert not [path for path in after - before if "evil" in path.name]


def test_a_bad_image(client: TestClient, champion: int) -> None:
    assert_error(client.post("/predict", files={"file": ("a.jpg", b"no picture")}), 422)
    assert_error(client.post("/predict", files={"file": ("a.jpg", jpeg_bytes()[:600])}), 422)
    large = {"file": ("a.jpg", b"\xff" * 400_000)}
    assert_error(client.post("/predict", files=large), 413)


def test_wrong_fields(client: TestClient, champion: int) -> None:
    data = colour_image("red")
    assert_error(client.post("/predict", files={"image": ("a.png", data)}), 422, "'image'")
    assert_error(client.post("/predict"), 415, "multipart")
    assert_error(client.post("/predict", data={"file": "text"}), 415)
    assert_error(client.post("/predict/batch", files={"file": ("a.png", data)}), 400, "'files'")
    assert_error(client.post("/retrain", files={"file": ("a.zip", data)}), 422, "'data_zip'")
    assert_error(client.post("/retrain"), 415, "data_zip")
    assert_error(client.post("/data-insights"), 405, "GET")


def test_no_model(client: TestClient) -> None:
    file = {"file": ("a.png", colour_image("red"))}
    assert_error(client.post("/predict", files=file), 503)
    assert_error(client.get("/model/info"), 503)
    found = client.get("/health").json()
    assert (found["status"], found["model_loaded"]) == ("no_model", False)


def test_a_batch(client: TestClient, champion: int) -> None:
    files = [("files", (f"{name}.png", colour_image(name))) for name in ("red", "blue")]
    files.append(("files", ("bad.png", b"no picture")))
    found = client.post("/predict/batch", files=files).json()
    assert (found["success"], found["batch_size"]) == (True, 3)
    assert found["avg_time_per_image"] == pytest.approx(found["total_time"] / 3)
    red, blue, bad = found["predictions"]
    assert_prediction(red, "red")
    assert_prediction(blue, "blue")
    assert [each["filename"] for each in (red, blue, bad)] == ["red.png", "blue.png", "bad.png"]
    assert bad["success"] is False
    assert bad["error"] == bad["detail"]


@pytest.mark.parametrize("count", [0, 1, 65])
def test_a_batch_of_a_wrong_size(client: TestClient, champion: int, count: int) -> None:
    data = colour_image("red")
    files = [("files", (f"{number}.png", data)) for number in range(count)] or {"x": ("x", b"x")}
    assert_error(client.post("/predict/batch", files=files), 413 if count > 64 else 400)


def test_insights_and_their_images(client: TestClient, settings: Settings, tmp_path: Path) -> None:
    assert client.get("/data-insights").json()["class_distribution"] == {}
    with Workspace(settings=settings) as workspace:
        workspace.import_images(make_image_folder(tmp_path / "a", {"cats": 4, "dogs": 3}))
    found = client.get("/data-insights").json()
    assert found["class_distribution"] == {"cats": 4, "dogs": 3}
    assert found["image_dimensions"]["total_images"] == 7
    assert len(found["sample_images"]["cats"]) == 4
    image = client.get(f"/data-images/{found['sample_images']['cats'][0]}")
    assert image.headers["content-type"] == "image/jpeg"
    for path in ("99", "nonsense", "../tellapart.db", "..%2f..%2fetc%2fpasswd", "1" * 30):
        assert client.get(f"/data-images/{path}").status_code == 404
    assert_error(client.get("/data-images/99"), 404)


def test_what_the_model_is(client: TestClient, champion: int) -> None:
    info = client.get("/model/info").json()["model_info"]
    assert info["class_names"] == ["red", "green", "blue"]
    assert info["num_classes"] == 3
    assert info["input_shape"] == [None, 16, 16, 3]
    assert info["output_shape"] == [None, 3]
    assert info["total_params"] is None
    assert client.get("/health").json()["model_version"] == champion


def test_what_was_answered(client: TestClient, services: Services, champion: int) -> None:
    nothing = client.get("/model/stats").json()
    assert (nothing["total_predictions"], nothing["average_confidence"]) == (0, None)
    for colour in ("red", "red", "blue"):
        client.post("/predict", files={"file": ("a.png", colour_image(colour))})
    client.post("/predict", files={"file": ("a.png", b"no picture")})
    services.predictions.flush()
    found = client.get("/model/stats").json()
    assert found["total_predictions"] == 3
    assert 0 < found["average_confidence"] <= 1
    assert 0 < found["average_prediction_time"] < 10
    assert found["class_distribution"] == {"red": 2, "blue": 1}
    assert found["most_predicted_class"] == "red"
    assert found["stats"]["total_predictions"] == 3
    logged = client.get("/api/predictions").json()["items"]
    assert {each["route"] for each in logged} == {"/predict"}


def archive(path: Path, classes: dict[str, int], *, first_seed: int = 0) -> dict[str, Any]:
    data = make_zip(path, class_files(classes, first_seed=first_seed)).read_bytes()
    return {"data_zip": ("data.zip", data)}


def retrain(client: TestClient, work: Work, files: dict[str, Any]) -> Response:
    """A retraining, while a worker does the job."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.post, "/retrain", files=files)
        while not answer.done():
            if client.get("/retrain/status").json()["status"] == "running":
                work()
        return answer.result()


@pytest.fixture
def trained(trained_settings: Settings) -> Iterator[tuple[TestClient, Work]]:
    """A server with a real champion of cats, dogs and owls, and a worker for its jobs."""
    chosen = trained_settings.model_copy(update={"job_poll_s": 3600.0})
    with TestClient(create_app(chosen), raise_server_exceptions=False) as client:
        services: Services = client.app.state.services  # type: ignore[attr-defined]

        def work() -> Job:
            job = services.jobs.claim("test")
            assert job is not None
            run_job(services.jobs, job, partial(run_workflow, services.storage), lease_s=60)
            return services.jobs.get(job.id)

        yield client, work


def test_retraining_keeps_the_old_classes(trained: tuple[TestClient, Work], tmp_path: Path) -> None:
    client, work = trained
    assert client.get("/retrain/status").json()["status"] == "completed"
    files = archive(tmp_path / "a.zip", {"rats": 12})
    found = retrain(client, work, files)
    assert found.status_code == 200, found.text
    body = found.json()
    assert body["success"] is True
    assert body["new_classes"] == ["cats", "dogs", "owls", "rats"]
    assert body["promoted"] is True
    info = client.get("/model/info").json()["model_info"]
    assert info["num_classes"] == 4
    assert info["total_params"] > 1_000_000
    status = client.get("/retrain/status").json()
    assert (status["status"], status["progress"]) == ("completed", 100)


def test_a_zip_that_is_none(client: TestClient, work: Work) -> None:
    found = retrain(client, work, {"data_zip": ("a.zip", b"no archive")})
    assert_error(found, 422, "a.zip")
    status = client.get("/retrain/status").json()
    assert status["status"] == "failed"
    assert "a.zip" in status["message"]


def test_one_retraining_at_a_time(client: TestClient, services: Services, tmp_path: Path) -> None:
    files = archive(tmp_path / "a.zip", {"cats": 2, "dogs": 2})
    assert client.get("/retrain/status").json()["status"] == "idle"
    job = services.jobs.submit(TrainParams())
    assert_error(client.post("/retrain", files=files), 409, job.id)
    assert client.get("/retrain/status").json()["status"] == "running"
    assert list(services.storage.uploads.iterdir()) == []


def upload(client: TestClient, looks: dict[str, int], *, first_seed: int = 900) -> Response:
    """Images without a class, all under one file name."""
    files = [
        ("files", ("image.jpg", jpeg_bytes(seed=first_seed + number, look=look)))
        for look, count in looks.items()
        for number in range(count)
    ]
    return client.post("/upload/data", files=files)


def test_a_batch_is_pseudo_labelled_and_trained_on(trained: tuple[TestClient, Work]) -> None:
    client, work = trained
    found = upload(client, {"cats": 3, "dogs": 3, "owls": 3}).json()
    assert found["success"] is True
    assert [each["filename"] for each in found["files"]] == ["image.jpg"] * 9
    assert all(each["size"] > 0 for each in found["files"])
    batch = found["batch_id"]
    assert client.get("/data/batches").json()["batches"][0]["status"] == "importing"
    started = client.post(f"/retrain?batch_id={batch}")
    assert started.status_code == 200, started.text
    assert started.json()["batch_id"] == batch
    status = client.get("/retrain/status").json()
    assert (status["status"], status["progress"]) == ("running", 0)
    assert_error(client.post(f"/retrain?batch_id={batch}"), 409)
    assert work().kind == "import"
    assert client.get("/data/batches").json()["batches"][0]["status"] == "training"
    job = work()
    assert job.status == "succeeded", job.error_detail
    assert job.result is not None
    pseudo = job.result["pseudo_labels"]
    assert sum(pseudo["used"].values()) + sum(pseudo["left"].values()) == 9
    status = client.get("/retrain/status").json()
    assert (status["status"], status["progress"]) == ("completed", 100)
    assert status["message"] == job.result["reason"]
    listed = client.get("/data/batches").json()["batches"]
    assert [(each["batch_id"], each["status"], each["num_files"]) for each in listed] == [
        (batch, "used", 9)
    ]
    assert client.delete("/data/clear").json()["batches_cleared"] == 0


def test_bad_batches(client: TestClient, services: Services, champion: int) -> None:
    assert_error(client.post("/retrain?batch_id=99"), 404, "99")
    assert_error(client.post("/retrain?batch_id=9999999999999"), 404)
    assert_error(client.post("/retrain?batch_id=none"), 422)
    assert_error(client.post("/upload/data"), 415, "'files'")
    data = jpeg_bytes()
    assert_error(client.post("/upload/data", files={"file": ("a.jpg", data)}), 422, "'files'")
    assert_error(client.post("/upload/data", files={"images": ("a.jpg", data)}), 422, "'images'")
    many = [("files", ("a.jpg", data))] * 21
    assert_error(client.post("/upload/data", files=many), 400, "nothing was kept")
    assert client.get("/data/batches").json() == {"success": True, "batches": [], "total": 0}
    assert list(services.storage.uploads.iterdir()) == []


def test_a_batch_needs_a_model(client: TestClient) -> None:
    batch = upload(client, {"cats": 1}).json()["batch_id"]
    assert_error(client.post(f"/retrain?batch_id={batch}"), 503)


def test_clearing_removes_unused_uploads_alone(
    client: TestClient, settings: Settings, work: Work, tmp_path: Path
) -> None:
    with Workspace(settings=settings) as workspace:
        workspace.import_images(make_image_folder(tmp_path / "a", {"cats": 4, "dogs": 4}))
        files = {"mine.jpg": jpeg_bytes(seed=950, look="cats")}
        workspace.import_images(make_folder(tmp_path / "b", files), unlabeled=True)
    upload(client, {"cats": 3}, first_seed=950)
    work()
    images = client.get("/api/images?unlabeled=true").json()["items"]
    assert len(images) == 3
    client.patch(f"/api/images/{images[1]['id']}", json={"label": "cats"})
    found = client.delete("/data/clear").json()
    assert (found["success"], found["batches_cleared"], found["images_removed"]) == (True, 1, 1)
    left = client.get("/api/images?unlabeled=true").json()["items"]
    assert [each["id"] for each in left] == [images[0]["id"]]
    insights = client.get("/api/data-insights").json()
    assert insights["class_distribution"] == {"cats": 5, "dogs": 4}
    assert client.get("/data/batches").json()["total"] == 0
    again = client.delete("/data/clear").json()
    assert (again["batches_cleared"], again["images_removed"]) == (0, 0)
