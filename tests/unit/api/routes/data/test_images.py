"""Insights, images and the state of the workspace."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from tellapart.store.tables import Job
from tests.support.images.builders import class_files, jpeg_bytes, make_zip
from tests.support.problems import assert_problem


@pytest.fixture
def files() -> dict[str, bytes]:
    return {**class_files({"cats": 6, "dogs": 5}, size=(300, 200)), "cats/bad.jpg": b"text"}


@pytest.fixture
def imported(
    client: TestClient, work: Callable[[], Job], tmp_path: Path, files: dict[str, bytes]
) -> None:
    data = make_zip(tmp_path / "a.zip", files).read_bytes()
    client.post("/api/imports", files={"file": ("a.zip", data)})
    assert work().status == "succeeded"


def test_insights_of_nothing(client: TestClient) -> None:
    found = client.get("/api/data-insights").json()
    assert found["class_distribution"] == {}
    assert found["image_dimensions"]["total_images"] == 0
    assert found["image_dimensions"]["avg_width"] is None
    assert found["dataset_version"] is None


def test_insights(client: TestClient, imported: None) -> None:
    found = client.get("/api/data-insights").json()
    assert found["class_distribution"] == {"cats": 6, "dogs": 5}
    assert found["image_dimensions"] == {
        "min_width": 300, "max_width": 300, "avg_width": 300.0,
        "min_height": 200, "max_height": 200, "avg_height": 200.0, "total_images": 11,
    }  # fmt: skip
    assert sum(found["splits"].values()) == 11
    assert sum(found["class_splits"]["cats"].values()) == 6
    assert found["formats"] == {"JPEG": 11}
    assert found["issues"]["quarantined"] == 1
    assert found["dataset_version"] == 1
    for addresses in found["sample_images"].values():
        for address in addresses:
            assert client.get(address).status_code == 200


def test_images_by_class_and_split(client: TestClient, imported: None) -> None:
    everything = client.get("/api/images").json()["items"]
    assert len(everything) == 11
    dogs = client.get("/api/images?label=dogs").json()["items"]
    assert {item["label"] for item in dogs} == {"dogs"}
    test = client.get("/api/images?split=test").json()["items"]
    assert test
    assert {item["split"] for item in test} == {"test"}
    assert_problem(client.get("/api/images?split=magic"), 422, "invalid_request", "train")
    assert client.get("/api/images?label=%00%F0%9F%90%88").json()["items"] == []


def test_pages(client: TestClient, imported: None) -> None:
    seen = []
    address = "/api/images?limit=4"
    while address:
        page = client.get(address).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        address = f"/api/images?limit=4&cursor={cursor}" if cursor else ""
    assert len(seen) == len(set(seen)) == 11


def test_the_bytes_come_back_as_they_went_in(
    client: TestClient, imported: None, files: dict[str, bytes]
) -> None:
    for item in client.get("/api/images").json()["items"]:
        whole = client.get(item["file"])
        assert whole.content == files[item["original_name"]]
        assert whole.headers["content-type"] == "image/jpeg"
        assert "immutable" in whole.headers["cache-control"]
        assert whole.headers["x-content-type-options"] == "nosniff"


def test_a_thumbnail(client: TestClient, imported: None) -> None:
    item = client.get("/api/images").json()["items"][0]
    found = client.get(item["thumbnail"])
    with Image.open(io.BytesIO(found.content)) as image:
        assert max(image.size) == 192
        assert f"image/{str(image.format).lower()}" == found.headers["content-type"]
    detail = client.get(f"/api/images/{item['id']}").json()
    assert item.items() <= detail.items()
    assert 0 < detail["scores"]["blurry"] <= 1
    assert detail["scores"]["label"] is None, "no check has been made"
    wrong = client.get(f"/api/images/{item['id']}/file?size=huge")
    assert_problem(wrong, 422, "invalid_request")


@pytest.mark.parametrize(
    ("image_id", "status"),
    [("999", 404), ("0", 404), ("-1", 404), (str(10**30), 404), ("abc", 422), ("1.5", 422)],
)
def test_images_that_do_not_exist(
    client: TestClient, imported: None, image_id: str, status: int
) -> None:
    code = "not_found" if status == 404 else "invalid_request"
    assert_problem(client.get(f"/api/images/{image_id}"), status, code)
    assert_problem(client.get(f"/api/images/{image_id}/file"), status, code)


def test_the_state_of_the_workspace(client: TestClient, champion: int) -> None:
    found = client.get("/api/workspace").json()
    assert found["champion"] == champion
    assert found["dataset_version"] == 1
    assert found["active_job"] is None
    job = client.post("/api/retrain", json={}).json()
    assert client.get("/api/workspace").json()["active_job"]["id"] == job["id"]


def test_loose_images_have_no_class(client: TestClient, work: Callable[[], Job]) -> None:
    client.post("/api/imports", files=[("files", ("a.jpg", jpeg_bytes()))])
    work()
    item = client.get("/api/images").json()["items"][0]
    assert (item["label"], item["split"]) == (None, None)
