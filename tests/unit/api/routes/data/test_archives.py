"""Archives that people upload by mistake or with intent, and strange class names."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tellapart.store.tables import Job
from tests.support.images.builders import class_files, jpeg_bytes

Work = Callable[[], Job]


def zip_of(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def upload(client: TestClient, work: Work) -> Callable[[bytes], dict[str, Any]]:
    """The finished job of an upload, as the API tells it."""

    def run(data: bytes) -> dict[str, Any]:
        found = client.post("/api/imports", files={"file": ("pictures.zip", data)})
        assert found.status_code == 202, found.text
        assert work().id == found.json()["id"]
        job: dict[str, Any] = client.get(f"/api/jobs/{found.json()['id']}").json()
        return job

    return run


Upload = Callable[[bytes], dict[str, Any]]


def distribution(client: TestClient) -> dict[str, int]:
    found: dict[str, int] = client.get("/api/data-insights").json()["class_distribution"]
    return found


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (
            zip_of({"../cats/a.jpg": jpeg_bytes(), "dogs/b.jpg": jpeg_bytes()}),
            "unsafe_archive",
            "..",
        ),
        (zip_of({"a.jpg": jpeg_bytes()}), "no_classes", "class"),
        (b"This is no archive.", "unsafe_archive", "ZIP"),
        (b"", "unsafe_archive", "ZIP"),
        (zip_of({"readme.txt": b"text"}), "source_error", "pictures"),
        (zip_of({}), "source_error", "pictures"),
    ],
    ids=["../", "no classes", "not a ZIP", "empty file", "no pictures", "empty ZIP"],
)
def test_archives_that_are_refused(
    client: TestClient, services: Services, upload: Upload, data: bytes, code: str, words: str
) -> None:
    job = upload(data)
    assert job["status"] == "failed"
    assert job["error"]["code"] == code
    assert words in job["error"]["detail"]
    assert "pictures.zip" in job["error"]["detail"], "under the name that the user gave it"
    assert distribution(client) == {}
    assert list(services.storage.uploads.iterdir()) == []


def test_a_zip_bomb(client: TestClient, upload: Upload) -> None:
    bomb = zip_of({"cats/a.jpg": bytes(200_000_000), "dogs/b.jpg": jpeg_bytes(seed=77)})
    assert len(bomb) < 400_000
    job = upload(bomb)
    if job["status"] == "failed":
        assert job["error"]["code"] == "unsafe_archive"
        assert distribution(client) == {}
    else:
        assert job["result"]["quarantined"] == 1
        assert job["result"]["rejected"][0]["name"].endswith("cats/a.jpg")


def test_class_names(client: TestClient, upload: Upload) -> None:
    names = ["black cats", "🐈‍⬛ chat noir", "naïve 'quotes' & <b>"]
    files = {f"{name}/{n}.jpg": jpeg_bytes(seed=n, look=name) for name in names for n in range(3)}
    files |= {f"{'x' * 300}/{n}.jpg": jpeg_bytes(seed=n, look="x") for n in range(2)}
    job = upload(zip_of(files))
    assert job["status"] == "succeeded", job
    assert job["result"]["quarantined"] == 2
    assert job["result"]["rejected"][0]["code"] == "invalid_class_name"
    assert "120" in job["result"]["rejected"][0]["reason"]
    assert distribution(client) == dict.fromkeys(sorted(names), 3)
    for name in names:
        found = client.get("/api/images", params={"label": name}).json()
        assert {item["label"] for item in found["items"]} == {name}


def test_one_class_can_be_imported_and_not_trained(
    client: TestClient, work: Work, upload: Upload
) -> None:
    assert upload(zip_of(class_files({"cats": 10})))["status"] == "succeeded"
    assert client.post("/api/retrain").status_code == 202
    job = work()
    assert (job.status, job.error_code) == ("failed", "not_enough_data")
    assert job.error_detail is not None
    assert "'cats'" in job.error_detail
    assert "another class" in job.error_detail


def test_a_class_with_one_image(
    client: TestClient, services: Services, work: Work, upload: Upload
) -> None:
    classes = {"cats": 10, "dogs": 10, "owls": 1}
    assert upload(zip_of(class_files(classes)))["result"]["classes"] == classes
    assert client.post("/api/retrain", json={"recipe": "probe"}).status_code == 202
    job = work()
    assert job.result is not None, job.error_detail
    model = client.get(f"/api/models/{job.result['model_version']}").json()
    assert model["class_names"] == ["cats", "dogs", "owls"]
    services.champion.refresh()
    dog = jpeg_bytes(seed=999, look="dogs")
    found = client.post("/api/predict", files={"file": ("a.jpg", dog)})
    assert found.json()["label"] == "dogs"
