"""Archives that people upload by mistake or with intent, and strange class names."""

import io
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.builders import class_files, jpeg_bytes
from tests.support.server import Server, wait_until

Start = Callable[..., Server]

# One server for all of them.


def zip_of(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def upload(server: Server, data: bytes, name: str = "pictures.zip") -> dict[str, Any]:
    """The finished job of an upload."""
    found = server.client.post("/api/imports", files={"file": (name, data)})
    assert found.status_code == 202, found.text
    return server.finished(found.json()["id"])


def distribution(server: Server) -> dict[str, int]:
    found: dict[str, int] = server.client.get("/api/data-insights").json()["class_distribution"]
    return found


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (
            zip_of({"../cats/a.jpg": jpeg_bytes(), "dogs/b.jpg": jpeg_bytes()}),
            "unsafe_archive",
            "..",
        ),
        (zip_of({"/cats/a.jpg": jpeg_bytes()}), "unsafe_archive", "cats/a.jpg"),
        (zip_of({"a.jpg": jpeg_bytes()}), "no_classes", "class"),
        (b"This is no archive.", "unsafe_archive", "ZIP"),
        (b"", "unsafe_archive", "ZIP"),
        (zip_of({"readme.txt": b"text"}), "source_error", "pictures"),
        (zip_of({}), "source_error", "pictures"),
    ],
    ids=["../", "absolute", "no classes", "not a ZIP", "empty file", "no pictures", "empty ZIP"],
)
def test_archives_that_are_refused(server: Server, data: bytes, code: str, words: str) -> None:
    before = distribution(server)
    job = upload(server, data)
    assert job["status"] == "failed"
    assert job["error"]["code"] == code
    assert words in job["error"]["detail"]
    assert "pictures.zip" in job["error"]["detail"], "under the name that the user gave it"
    assert distribution(server) == before
    assert list((server.folder / "uploads").iterdir()) == []


def test_a_zip_bomb(server: Server) -> None:
    bomb = zip_of({"cats/a.jpg": bytes(200_000_000), "dogs/b.jpg": jpeg_bytes(seed=77)})
    assert len(bomb) < 1_000_000
    before = distribution(server)
    job = upload(server, bomb)
    if job["status"] == "failed":
        assert job["error"]["code"] == "unsafe_archive"
        assert distribution(server) == before
    else:
        assert job["result"]["quarantined"] == 1
        assert job["result"]["rejected"][0]["name"].endswith("cats/a.jpg")


def test_class_names(start: Start) -> None:
    server = start()
    names = ["black cats", "🐈‍⬛ chat noir", "naïve 'quotes' & <b>"]
    files = {f"{name}/{n}.jpg": jpeg_bytes(seed=n, look=name) for name in names for n in range(3)}
    files |= {f"{'x' * 300}/{n}.jpg": jpeg_bytes(seed=n, look="x") for n in range(2)}
    job = upload(server, zip_of(files))
    assert job["status"] == "succeeded", job
    assert job["result"]["quarantined"] == 2
    assert job["result"]["rejected"][0]["code"] == "invalid_class_name"
    assert "120" in job["result"]["rejected"][0]["reason"]
    assert distribution(server) == dict.fromkeys(sorted(names), 3)
    for name in names:
        found = server.client.get("/api/images", params={"label": name}).json()
        assert {item["label"] for item in found["items"]} == {name}


def test_one_class_can_be_imported_and_not_trained(start: Start) -> None:
    server = start()
    assert upload(server, zip_of(class_files({"cats": 10})))["status"] == "succeeded"
    job = server.finished(server.client.post("/api/retrain").json()["id"])
    assert (job["status"], job["error"]["code"]) == ("failed", "not_enough_data")
    assert "'cats'" in job["error"]["detail"]
    assert "another class" in job["error"]["detail"]


def test_a_class_with_one_image(start: Start) -> None:
    server = start()
    files = class_files({"cats": 10, "dogs": 10, "owls": 1})
    assert upload(server, zip_of(files))["result"]["classes"] == {"cats": 10, "dogs": 10, "owls": 1}
    job = server.finished(server.client.post("/api/retrain", json={"recipe": "probe"}).json()["id"])
    assert job["status"] == "succeeded", job["error"]
    model = server.client.get(f"/api/models/{job['result']['model_version']}").json()
    assert model["class_names"] == ["cats", "dogs", "owls"]
    ready = "a running server follows the promotion"
    wait_until(lambda: server.client.get("/readyz").status_code == 200, ready)
    dog = jpeg_bytes(seed=999, look="dogs")
    found = server.client.post("/api/predict", files={"file": ("a.jpg", dog)})
    assert found.json()["label"] == "dogs"


def test_two_uploads_of_one_name_at_once(start: Start) -> None:
    server = start()
    archives = [zip_of(class_files({name: 15})) for name in ("cats", "dogs", "owls", "newts")]

    def send(data: bytes) -> dict[str, Any]:
        return upload(server, data, "same.zip")

    with ThreadPoolExecutor(4) as pool:
        jobs = list(pool.map(send, archives))
    assert [job["status"] for job in jobs] == ["succeeded"] * 4
    assert distribution(server) == dict.fromkeys(("cats", "dogs", "newts", "owls"), 15)


def test_loose_images_of_one_name_at_once(start: Start) -> None:
    server = start()

    def send(seed: int) -> dict[str, Any]:
        files = [("files", ("image.jpg", jpeg_bytes(seed=seed * 10 + n))) for n in range(5)]
        return server.finished(server.client.post("/api/imports", files=files).json()["id"])

    with ThreadPoolExecutor(2) as pool:
        jobs = list(pool.map(send, range(2)))
    assert [job["result"]["added"] for job in jobs] == [5, 5]
    assert server.client.get("/api/data-insights").json()["unlabeled"] == 10
