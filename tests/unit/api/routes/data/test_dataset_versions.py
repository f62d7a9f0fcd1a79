"""Changes of images, the versions that they make, and what is wrong in the data set."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tellapart.dataset.issues import FoundIssue, refresh_counts, write_issues
from tellapart.store.tables import Job
from tests.support.images.builders import class_files, make_zip
from tests.support.problems import assert_problem


@pytest.fixture
def imported(client: TestClient, work: Callable[[], Job], tmp_path: Path) -> list[int]:
    """The ids of six cats and five dogs."""
    data = make_zip(tmp_path / "a.zip", class_files({"cats": 6, "dogs": 5})).read_bytes()
    client.post("/api/imports", files={"file": ("a.zip", data)})
    assert work().status == "succeeded"
    ids: list[int] = client.get("/api/images/ids").json()["ids"]
    assert len(ids) == 11
    return ids


def patch(client: TestClient, **change: Any) -> dict[str, Any]:
    answer = client.patch("/api/images", json=change)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_ids_are_columns(client: TestClient, imported: list[int]) -> None:
    found = client.get("/api/images/ids?label=dogs").json()
    assert found["class_names"] == ["cats", "dogs"]
    assert len(found["ids"]) == len(found["classes"]) == 5
    assert set(found["classes"]) == {1}
    assert sorted(set(found["splits"])) == [0, 1, 2]
    assert found["dataset_version"] == 1
    assert client.get("/api/images/ids?q=nowhere").json()["ids"] == []
    assert_problem(client.get("/api/images/ids?issue=ugly"), 422, "invalid_request", "blurry")


def test_ids_of_nothing(client: TestClient) -> None:
    found = client.get("/api/images/ids").json()
    assert found == {
        "dataset_version": None,
        "class_names": [],
        "ids": [],
        "classes": [],
        "splits": [],
    }


def test_images_are_relabelled_and_the_change_is_undone(
    client: TestClient, imported: list[int]
) -> None:
    found = patch(client, ids=imported[:3], label="owls", reason="They are owls")
    assert found == {"changed": 3, "dataset_version": 2, "new_version": 2, "skipped": 0}
    one = client.get(f"/api/images/{imported[0]}").json()
    assert (one["label"], one["origin"]) == ("owls", "human")
    assert client.get("/api/data-insights").json()["class_distribution"]["owls"] == 3
    undone = client.post("/api/dataset-versions/2/revert").json()
    assert undone == {"changed": 3, "dataset_version": 3, "new_version": 3, "skipped": 0}
    assert client.get(f"/api/images/{imported[0]}").json()["label"] == "cats"
    assert "owls" not in client.get("/api/data-insights").json()["class_distribution"]


def test_one_image_is_changed_by_its_own_address(client: TestClient, imported: list[int]) -> None:
    answer = client.patch(f"/api/images/{imported[0]}", json={"split": "test", "excluded": True})
    assert answer.json()["changed"] == 1
    one = client.get(f"/api/images/{imported[0]}").json()
    assert (one["split"], one["excluded"]) == ("test", True)
    assert imported[0] not in client.get("/api/images/ids").json()["ids"]
    assert client.get("/api/images/ids?excluded=true").json()["ids"] == [imported[0]]
    again = client.patch(f"/api/images/{imported[0]}", json={"split": "test"}).json()
    assert again == {"changed": 0, "dataset_version": 2, "new_version": None, "skipped": 0}


def test_changes_that_cannot_be_made(client: TestClient, imported: list[int]) -> None:
    def wrong(status: int, code: str, **change: Any) -> None:
        assert_problem(client.patch("/api/images", json=change), status, code)

    wrong(404, "not_found", ids=[imported[0], 999], label="owls")
    wrong(422, "invalid_request", ids=[2**80], label="owls")
    for label in (" ", "\u200b", "\u202e", "cat\u202egod"):
        wrong(422, "invalid_class_name", ids=imported, label=label)
    empty = client.patch("/api/images", json={"ids": imported, "label": " "}).json()
    assert "Give the class a name" in empty["detail"]
    assert "folder" not in empty["detail"]
    wrong(422, "invalid_class_name", ids=imported, label="x" * 5000)
    wrong(422, "invalid_request", ids=[], label="owls")
    wrong(422, "invalid_request", ids=["a"], label="owls")
    wrong(422, "invalid_request", ids=imported, split="magic")
    wrong(422, "invalid_request", ids=imported, keep=["ugly"])
    wrong(413, "payload_too_large", ids=imported, reason="x" * 3_000_000)
    assert client.get("/api/dataset-versions").json()["items"][0]["id"] == 1


def test_versions_tell_who_changed_what(client: TestClient, imported: list[int]) -> None:
    patch(client, ids=imported[:2], label="owls")
    patch(client, ids=imported[2:3], excluded=True)
    newest, middle, first = client.get("/api/dataset-versions").json()["items"]
    assert newest["changes"] == {"excluded": 1}
    assert (newest["current"], newest["images"], newest["excluded"]) == (True, 10, 1)
    assert middle["changes"] == {"relabelled": 2}
    assert (middle["classes"], middle["author"]) == (3, "web")
    assert first["changes"] == {"added": 11}
    assert client.get("/api/dataset-versions/2").json() == middle
    page = client.get("/api/dataset-versions?limit=2").json()
    assert [item["id"] for item in page["items"]] == [3, 2]
    rest = client.get(f"/api/dataset-versions?cursor={page['next_cursor']}").json()
    assert [item["id"] for item in rest["items"]] == [1]


def test_a_diff_and_a_restore(client: TestClient, imported: list[int]) -> None:
    patch(client, ids=imported[:2], label="owls")
    found = client.get("/api/dataset-versions/1/diff/2?limit=1").json()
    assert found["counts"] == {"relabelled": 2}
    assert found["items"][0]["before"]["label"] == "cats"
    assert found["items"][0]["after"]["label"] == "owls"
    assert client.get(found["items"][0]["thumbnail"]).status_code == 200
    assert found["next_cursor"]
    restored = client.post("/api/dataset-versions/1/restore", json={"reason": "no"}).json()
    assert (restored["id"], restored["reason"]) == (3, "Restored version 1: no")
    first = client.get("/api/dataset-versions/1").json()
    assert restored["content_id"] == first["content_id"]
    again = client.post("/api/dataset-versions/1/restore").json()
    assert again["id"] == 3


@pytest.mark.parametrize("version", ["99", "0", "-1", str(2**70)])
def test_versions_that_do_not_exist(client: TestClient, imported: list[int], version: str) -> None:
    base = f"/api/dataset-versions/{version}"
    for answer in (
        client.get(base), client.get(f"{base}/diff/1"),
        client.get(f"/api/dataset-versions/1/diff/{version}"),
        client.post(f"{base}/restore"), client.post(f"{base}/revert"),
    ):  # fmt: skip
        assert_problem(answer, 404, "not_found", version)
    assert_problem(client.post("/api/dataset-versions/1/revert"), 422, "invalid_request")
    assert_problem(client.get("/api/dataset-versions/x"), 422, "invalid_request")


def test_nothing_has_no_versions(client: TestClient) -> None:
    assert client.get("/api/dataset-versions").json() == {"items": [], "next_cursor": None}
    assert_problem(client.get("/api/dataset-versions/1"), 404, "not_found")


def test_issues_are_listed_kept_and_reopened(
    client: TestClient, services: Services, imported: list[int]
) -> None:
    with services.storage.database.writing() as session:
        found = [FoundIssue(imported[0], 0.2), FoundIssue(imported[1], 0.1)]
        write_issues(session, "label", found, imported)
        refresh_counts(session)
    listed = client.get("/api/issues/label?limit=1").json()
    assert listed["total"] == 2
    assert listed["items"][0]["image"]["id"] == imported[1], "the worst one is first"
    assert listed["items"][0]["issue"]["kind"] == "label"
    assert client.get("/api/data-insights").json()["issues"]["label"] == 2
    patch(client, ids=[imported[1]], keep=["label"])
    assert client.get("/api/issues/label").json()["total"] == 1
    assert client.get("/api/issues/label?kept=true").json()["total"] == 1
    assert client.get("/api/data-insights").json()["issues"]["label"] == 1
    patch(client, ids=[imported[1]], reopen=["label"])
    assert client.get("/api/issues/label").json()["total"] == 2
    assert_problem(client.get("/api/issues/ugly"), 422, "invalid_request")


def test_a_check_is_a_job_that_is_not_started_twice(
    client: TestClient, work: Callable[[], Job], imported: list[int]
) -> None:
    assert client.get("/api/embedding-map").json()["ids"] == []
    assert client.get("/api/data-insights").json()["checks"]["checked_version"] is None
    first = client.post("/api/checks")
    assert (first.status_code, first.json()["kind"]) == (202, "check")
    assert client.post("/api/checks").json()["id"] == first.json()["id"]
    assert work().status == "succeeded"
    found = client.get("/api/embedding-map").json()
    assert found["ids"] == imported
    assert found["checked_at"]
    checks = client.get("/api/data-insights").json()["checks"]
    assert (checks["checked_version"], checks["up_to_date"]) == (1, True)
    labels = checks["labels"]
    assert labels is None or (labels["images"], labels["weak"]) == (len(imported), False)
    assert client.get(f"/api/images/{imported[0]}").json()["scores"]["outlier"] is not None
    patch(client, ids=imported[:1], label="owls")
    assert not client.get("/api/data-insights").json()["checks"]["up_to_date"]


def test_a_check_of_nothing_says_so(client: TestClient, work: Callable[[], Job]) -> None:
    client.post("/api/checks")
    job = work()
    assert (job.status, job.error_code) == ("failed", "dataset_error")


def test_the_report_is_a_file(client: TestClient, imported: list[int]) -> None:
    found = client.get("/api/data-report")
    assert found.headers["content-type"].startswith("text/html")
    assert "attachment" in found.headers["content-disposition"]
    assert "11 pictures of 2 classes" in found.text
