from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tellapart.store.tables import Job, QuarantinedFile
from tests.support.images.builders import jpeg_bytes, make_zip
from tests.support.problems import assert_problem

BAD = {"cats/bad.jpg": b"text", "cats/cut.jpg": jpeg_bytes(200, 200, seed=1)[:-3000]}


@pytest.fixture
def send(client: TestClient, work: Callable[[], Job], tmp_path: Path) -> Callable[..., None]:
    """Imports files by name, as a ZIP."""

    def import_files(files: dict[str, bytes]) -> None:
        data = make_zip(tmp_path / "a.zip", files).read_bytes()
        client.post("/api/imports", files={"file": ("a.zip", data)})
        assert work().status == "succeeded"

    return import_files


def listed(client: TestClient, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/quarantine{query}").json()["items"]
    return found


def test_nothing_in_quarantine(client: TestClient) -> None:
    assert client.get("/api/quarantine").json() == {"items": [], "next_cursor": None}


def test_what_is_in_quarantine(client: TestClient, send: Callable[..., None]) -> None:
    send({**BAD, "cats/good.jpg": jpeg_bytes()})
    by_name = {item["name"]: item for item in listed(client)}
    assert set(by_name) == set(BAD)
    bad = by_name["cats/bad.jpg"]
    assert (bad["code"], bad["size_bytes"], bad["label"]) == ("not_an_image", 4, "cats")
    assert "JPEG" in bad["fix"]
    assert len(bad["reason"]) > 15
    found = client.get(bad["file"])
    assert found.content == b"text"
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["content-disposition"] == 'attachment; filename="bad.jpg"'


def test_pages(client: TestClient, send: Callable[..., None]) -> None:
    send({f"cats/{n}.jpg": b"text %d" % n for n in range(5)} | {"cats/good.jpg": jpeg_bytes()})
    first = client.get("/api/quarantine?limit=3").json()
    second = client.get(f"/api/quarantine?limit=3&cursor={first['next_cursor']}").json()
    assert len({item["id"] for item in first["items"] + second["items"]}) == 5
    assert second["next_cursor"] is None
    assert_problem(client.get("/api/quarantine?cursor=x"), 422, "invalid_request")
    assert_problem(client.get("/api/quarantine?limit=0"), 422, "invalid_request")


def test_a_file_is_discarded(client: TestClient, send: Callable[..., None]) -> None:
    send({**BAD, "cats/good.jpg": jpeg_bytes()})
    item = listed(client)[0]
    assert client.delete(f"/api/quarantine/{item['id']}").status_code == 204
    assert item["id"] not in {left["id"] for left in listed(client)}
    assert_problem(client.get(item["file"]), 404, "not_found")
    assert client.get("/api/data-insights").json()["issues"]["quarantined"] == 1


def test_files_that_are_not_there(client: TestClient, services: Services) -> None:
    for number in ("1", "-1", str(10**30)):
        assert_problem(client.get(f"/api/quarantine/{number}/file"), 404, "not_found")
        assert_problem(client.delete(f"/api/quarantine/{number}"), 404, "not_found")
    assert_problem(client.delete("/api/quarantine/x"), 422, "invalid_request")
    row = QuarantinedFile(name="a.jpg", code="unreadable", reason="It could not be read.")
    with services.storage.database.writing() as session:
        session.add(row)
    [item] = listed(client)
    assert (item["file"], item["size_bytes"]) == (None, None)
    assert_problem(client.get("/api/quarantine/1/file"), 404, "not_found", "not kept")


def test_a_second_try(
    client: TestClient, services: Services, work: Callable[[], Job], send: Callable[..., None]
) -> None:
    send({**BAD, "cats/good.jpg": jpeg_bytes()})
    mended = QuarantinedFile(
        name="dogs/large.jpg", label="dogs", split="test", code="image_too_large", reason="Large.",
        content_hash=services.storage.blobs.put(jpeg_bytes(look="dogs")),
    )  # fmt: skip
    with services.storage.database.writing() as session:
        session.add(mended)
    asked = client.post("/api/quarantine/retry")
    assert asked.status_code == 202
    assert client.post("/api/quarantine/retry").json()["id"] == asked.json()["id"], "one is enough"
    job = work()
    assert job.status == "succeeded", job.error_detail
    assert job.result is not None
    assert (job.result["added"], job.result["quarantined"]) == (1, 2)
    assert {item["name"] for item in listed(client)} == set(BAD)
    found = client.get("/api/data-insights").json()
    assert found["class_distribution"] == {"cats": 1, "dogs": 1}
    assert found["class_splits"]["dogs"]["test"] == 1


def test_a_second_try_of_nothing(client: TestClient, work: Callable[[], Job]) -> None:
    client.post("/api/quarantine/retry")
    job = work()
    assert job.status == "succeeded", job.error_detail
    assert job.result is not None
    assert job.result["added"] == 0
