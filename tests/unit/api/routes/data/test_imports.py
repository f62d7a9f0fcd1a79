import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tellapart.store.tables import Job
from tests.support.images.builders import class_files, jpeg_bytes, make_zip
from tests.support.problems import assert_problem

Work = Callable[[], Job]


@pytest.fixture
def archive(tmp_path: Path) -> bytes:
    return make_zip(tmp_path / "pictures.zip", class_files({"cats": 4, "dogs": 4})).read_bytes()


def uploads(services: Services) -> list[Path]:
    return list(services.storage.uploads.iterdir())


def test_a_zip(client: TestClient, services: Services, work: Work, archive: bytes) -> None:
    found = client.post("/api/imports", files={"file": ("my pictures.zip", archive)})
    assert found.status_code == 202
    assert found.json()["kind"] == "import"
    assert found.json()["status"] == "queued"
    job = work()
    assert job.id == found.json()["id"]
    assert job.status == "succeeded"
    assert job.result is not None
    assert job.result["source"] == "my pictures.zip"
    assert job.result["added"] == 8
    assert client.get("/api/data-insights").json()["class_distribution"] == {"cats": 4, "dogs": 4}
    assert uploads(services) == []


def test_a_zip_into_one_split(client: TestClient, work: Work, archive: bytes) -> None:
    client.post("/api/imports?split=test", files={"file": ("a.zip", archive)})
    work()
    splits = client.get("/api/data-insights").json()["splits"]
    assert splits == {"train": 0, "validation": 0, "test": 8}
    wrong = client.post("/api/imports?split=magic", files={"file": ("a.zip", archive)})
    assert_problem(wrong, 422, "invalid_request", "'split'")


def test_a_zip_whose_names_show_groups(client: TestClient, work: Work, archive: bytes) -> None:
    found = client.post("/api/imports?group_by=^[^/]%2B/", files={"file": ("a.zip", archive)})
    assert found.json()["params"]["group_by"] == "^[^/]+/"
    job = work()
    assert job.result is not None
    assert job.result["groups"] == 2
    for pattern, words in (("(", "no regular expression"), ("a" * 201, "at most 200")):
        wrong = client.post(
            "/api/imports", params={"group_by": pattern}, files={"file": ("a.zip", archive)}
        )
        assert_problem(wrong, 422, "invalid_request", "group_by", words)
    said = {"group_by": "none", "split": "test", "unlabeled": "true"}
    found = client.post("/api/imports", data=said, files={"file": ("a.zip", archive)})
    assert found.json()["params"] == {
        **said, "unlabeled": True, "name": "a.zip", "author": ""
    }, "fields of the form"  # fmt: skip
    wrong = client.post("/api/imports", data={"split": "x"}, files={"file": ("a.zip", archive)})
    assert_problem(wrong, 422, "invalid_request", "split")
    named = client.post("/api/imports", json={"source": "builtin:digits", "group_by": "("})
    assert_problem(named, 422, "invalid_request", "group_by", "no regular expression")


def test_a_group_of_loose_images_is_kept(
    client: TestClient, services: Services, work: Work
) -> None:
    files = [("files", (f"{n % 2}-{n}.jpg", jpeg_bytes(seed=n))) for n in range(4)]
    client.post("/api/imports", params={"group_by": r"(\d)-"}, files=files)
    job = work()
    assert job.result is not None
    assert (job.result["groups"], job.result["unlabeled"]) == (2, 4)


def test_a_zip_without_its_classes(client: TestClient, work: Work, archive: bytes) -> None:
    client.post("/api/imports?unlabeled=true", files={"file": ("a.zip", archive)})
    assert work().status == "succeeded"
    insights = client.get("/api/data-insights").json()
    assert (insights["unlabeled"], insights["class_distribution"]) == (8, {})


def test_loose_images_are_unlabelled(client: TestClient, services: Services, work: Work) -> None:
    names = [
        "a.jpg",
        "a.jpg",
        "../../etc/passwd.jpg",
        "c:\\x\\b.jpg",
        "..",
        "",
        "blob",
        "x" * 300,
        ".hidden.jpg",
    ]
    files = [("files", (name or "x", jpeg_bytes(seed=n))) for n, name in enumerate(names)]
    found = client.post("/api/imports", files=files)
    assert found.status_code == 202
    job = work()
    assert job.status == "succeeded", job.error_detail
    assert job.result is not None
    assert job.result["added"] == len(names)
    assert client.get("/api/data-insights").json()["unlabeled"] == len(names)
    assert uploads(services) == []


def test_as_many_loose_images_as_allowed(
    client: TestClient, services: Services, work: Work
) -> None:
    data = jpeg_bytes()
    files = [("files", (f"{n}.jpg", data)) for n in range(21)]
    assert_problem(
        client.post("/api/imports", files=files), 413, "payload_too_large", "nothing was kept"
    )
    more = [("files", (f"{n}.jpg", data)) for n in range(40)]
    assert_problem(
        client.post("/api/imports", files=more), 413, "payload_too_large", "nothing was kept"
    )
    assert uploads(services) == []
    assert client.get("/api/jobs").json()["items"] == []
    assert client.post("/api/imports", files=files[:20]).status_code == 202
    assert work().status == "succeeded"


def test_a_form_with_neither_or_both(
    client: TestClient, services: Services, archive: bytes
) -> None:
    for files in (
        [("picture", ("a.zip", archive))],
        [("file", (None, "text"))],
        [("file", ("a.zip", archive)), ("files", ("a.jpg", jpeg_bytes()))],
    ):
        found = client.post("/api/imports", files=files)
        assert_problem(found, 422, "invalid_request", "-F file=@")
    assert uploads(services) == []


def test_a_zip_that_is_the_body(client: TestClient, work: Work, archive: bytes) -> None:
    headers = {"content-type": "application/zip"}
    address = "/api/imports?name=../my%20pets.zip"
    assert client.post(address, content=archive, headers=headers).status_code == 202
    job = work()
    assert job.result is not None
    assert (job.result["source"], job.result["added"]) == ("my pets.zip", 8)


def test_other_bodies(client: TestClient, services: Services, archive: bytes) -> None:
    for kind in ("image/jpeg", "text/plain", ""):
        found = client.post("/api/imports", content=archive, headers={"content-type": kind})
        assert_problem(found, 415, "unsupported_media_type", "multipart/form-data")
    assert uploads(services) == []


def test_loose_images_of_one_class(client: TestClient, services: Services, work: Work) -> None:
    files = [("files", ("a.jpg", jpeg_bytes(seed=n))) for n in range(3)]
    form = client.post("/api/imports", files=files, data={"label": " cats / dogs "})
    assert form.status_code == 202
    work()
    more = [("files", ("b.jpg", jpeg_bytes(seed=9)))]
    client.post("/api/imports?label=owls&split=test", files=more)
    work()
    found = client.get("/api/data-insights").json()
    assert found["class_distribution"] == {"cats / dogs": 3, "owls": 1}
    assert found["class_splits"]["owls"]["test"] == 1
    assert uploads(services) == []


def test_classes_that_cannot_be(client: TestClient, services: Services, archive: bytes) -> None:
    files = [("files", ("a.jpg", jpeg_bytes()))]
    for label in ("x" * 200, "a\x07b"):
        found = client.post("/api/imports", files=files, data={"label": label})
        assert_problem(found, 422, "invalid_class_name")
    long = client.post("/api/imports", files=files, data={"label": "x" * 10_000})
    assert_problem(long, 422, "invalid_request", "'label'")
    both = client.post(
        "/api/imports", files=[*files, ("label", (None, "cats")), ("label", (None, "dogs"))]
    )
    assert_problem(both, 422, "invalid_request", "'label' came twice", "once")
    of_zip = client.post("/api/imports?label=cats", files={"file": ("a.zip", archive)})
    assert_problem(of_zip, 422, "invalid_request", "'label'")
    assert uploads(services) == []


def test_a_data_set_by_its_name(client: TestClient, services: Services) -> None:
    found = client.post("/api/imports", json={"source": "builtin:digits", "split": "train"})
    assert found.status_code == 202
    assert found.json()["params"]["name"] == "builtin:digits"
    job = services.jobs.get(found.json()["id"])
    assert (job.params["source"], job.params["split"]) == ("builtin:digits", "train")
    again = client.post("/api/imports", json={"source": "quarantine:"})
    assert again.status_code == 202


@pytest.mark.parametrize("source", ["/etc", "pictures.zip", "file:///etc/passwd", "", ".", "hf"])
def test_no_path_of_the_server_is_read(client: TestClient, source: str) -> None:
    found = client.post("/api/imports", json={"source": source})
    assert_problem(found, 422, "invalid_request", "hf:owner/name")
    assert client.get("/api/jobs").json()["items"] == []


def test_json_that_is_no_import(client: TestClient) -> None:
    json = {"content-type": "application/json"}
    for body in (b"", b"{", b"[]", b'{"source": 3}', b'{"source": "cifar10", "x": 1}', b"\xff"):
        found = client.post("/api/imports", content=body, headers=json)
        assert_problem(found, 422, "invalid_request")
    large = client.post("/api/imports", content=b" " * 100_000, headers=json)
    assert_problem(large, 413, "payload_too_large")


@pytest.mark.parametrize("cut", [1, 5, 100])
def test_a_form_that_is_cut_off(client: TestClient, services: Services, cut: int) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="a.zip"\r\n\r\n'
    for field in (b"file", b"files"):
        body = part % field + bytes(200) + b"\r\n--x--"
        headers = {"content-type": "multipart/form-data; boundary=x"}
        found = client.post("/api/imports", content=body[:-cut], headers=headers)
        assert_problem(found, 422, "invalid_request", "nothing was kept")
    assert uploads(services) == []


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=" + "x" * 300]
)
def test_forms_without_a_usable_boundary(client: TestClient, services: Services, kind: str) -> None:
    found = client.post("/api/imports", content=b"--x\r\n", headers={"content-type": kind})
    assert_problem(
        found, 422, "invalid_request", "boundary" if len(kind) < 30 else "multipart form"
    )
    assert uploads(services) == []


def test_what_is_in_a_form_of_loose_images(
    client: TestClient, services: Services, tmp_path: Path
) -> None:
    images = [jpeg_bytes(seed=n) for n in range(3)]
    files = [("files", (f"ü{n}.jpg", data)) for n, data in enumerate(images)]
    client.post("/api/imports", files=files)
    with zipfile.ZipFile(uploads(services)[0]) as kept:
        assert kept.testzip() is None
        assert kept.namelist() == [f"{n:04d}/ü{n}.jpg" for n in range(3)]
        assert [kept.read(name) for name in kept.namelist()] == images


def test_a_zip_over_the_limit(client: TestClient, services: Services) -> None:
    found = client.post("/api/imports", files={"file": ("a.zip", b"x" * 500_000)})
    assert_problem(found, 413, "payload_too_large")
    assert uploads(services) == []


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"../cats/a.jpg": jpeg_bytes()}, "unsafe_archive"),
        ({"a.jpg": jpeg_bytes()}, "no_classes"),
        ({"cats/readme.txt": b"text"}, "source_error"),
        ({}, "source_error"),
    ],
)
def test_zips_that_cannot_be_used(
    client: TestClient, work: Work, tmp_path: Path, files: dict[str, bytes], code: str
) -> None:
    data = make_zip(tmp_path / "bad.zip", files).read_bytes()
    client.post("/api/imports", files={"file": ("bad.zip", data)})
    job = work()
    assert (job.status, job.error_code) == ("failed", code), job.error_detail
    shown = client.get(f"/api/jobs/{job.id}").json()
    assert len(shown["error"]["detail"]) > 30
    assert client.get("/api/data-insights").json()["dataset_version"] is None


def test_what_is_no_zip(client: TestClient, services: Services, work: Work, archive: bytes) -> None:
    for data in (b"", b"text", archive[:-50], archive[:100]):
        found = client.post("/api/imports", files={"file": ("a.zip", data)})
        assert found.status_code == 202
        job = work()
        assert (job.status, job.error_code) == ("failed", "unsafe_archive"), job.error_detail


def test_a_failed_upload_is_not_kept(client: TestClient, services: Services, work: Work) -> None:
    client.post("/api/imports", files={"file": ("a.zip", b"text")})
    work()
    assert uploads(services) == []


def test_the_upload_of_an_import_goes_when_it_is_cancelled(
    client: TestClient, services: Services, archive: bytes
) -> None:
    sent = {"file": ("a.zip", archive)}
    waiting = client.post("/api/imports", files=sent).json()
    client.delete(f"/api/jobs/{waiting['id']}")
    assert uploads(services) == []
    training = client.post("/api/retrain", files=sent).json()
    client.delete(f"/api/jobs/{training['id']}")
    assert len(uploads(services)) == 1, "it may be resumed"


def test_an_upload_that_is_gone(
    client: TestClient, services: Services, work: Work, archive: bytes
) -> None:
    client.post("/api/imports", files={"file": ("a.zip", archive)})
    for file in uploads(services):
        file.unlink()
    job = work()
    assert (job.status, job.error_code) == ("failed", "source_not_found")


def test_a_symlink_in_a_zip(client: TestClient, work: Work) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("cats/link.jpg")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("cats/a.jpg", jpeg_bytes())
    client.post("/api/imports", files={"file": ("a.zip", buffer.getvalue())})
    job = work()
    insights = client.get("/api/data-insights").json()
    if job.status == "succeeded":
        assert insights["class_distribution"] == {"cats": 1}
    else:
        assert job.error_code == "unsafe_archive"


def test_an_upload_that_finds_no_space_leaves_nothing(
    client: TestClient, services: Services, archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = shutil.disk_usage(services.storage.uploads)._replace(free=100)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: nothing)
    found = client.post("/api/imports", files={"file": ("a.zip", archive)})
    assert_problem(found, 507, "storage_full", "Free some space")
    assert uploads(services) == []
    assert client.get("/api/jobs").json()["items"] == []


def in_folders(paths: list[str]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", (path, jpeg_bytes(seed=n))) for n, path in enumerate(paths)]


def test_a_folder_keeps_its_folders_as_classes(
    client: TestClient, services: Services, work: Work
) -> None:
    paths = [f"pets/train/cats/{n}.jpg" for n in range(3)]
    paths += ["pets/test/dogs/old/1.jpg", "pets/train/dogs/1.jpg", "pets/train/dogs/2.jpg"]
    files = [*in_folders(paths), ("files", ("pets/notes.txt", b"notes"))]
    assert client.post("/api/imports?folders=true", files=files).status_code == 202
    job = work()
    assert job.result is not None, job.error_detail
    assert (job.result["source"], job.result["added"]) == ("pets", 6)
    assert job.result["skipped"] == {".txt file": 1}
    found = client.get("/api/data-insights").json()
    assert found["class_distribution"] == {"cats": 3, "dogs": 3}
    assert found["class_splits"]["dogs"]["test"] == 1
    assert uploads(services) == []


def test_a_folder_may_have_more_images_than_may_be_loose(client: TestClient, work: Work) -> None:
    files = in_folders([f"{'cats' if n % 2 else 'dogs'}/{n}.jpg" for n in range(30)])
    assert client.post("/api/imports?folders=true", files=files).status_code == 202
    job = work()
    assert job.result is not None, job.error_detail
    assert (job.result["source"], job.result["added"]) == ("30 pictures in folders", 30)


def test_paths_that_cannot_be_kept(client: TestClient, services: Services) -> None:
    for paths, words in (
        (["../cats/1.jpg"], "inside of a folder"),
        (["cats/1.jpg", "/cats//1.jpg"], "came twice"),
    ):
        found = client.post("/api/imports?folders=true", files=in_folders(paths))
        assert_problem(found, 422, "invalid_request", words)
    both = client.post(
        "/api/imports?folders=true&label=owls", files=in_folders(["cats/1.jpg", "dogs/1.jpg"])
    )
    assert_problem(both, 422, "invalid_request", "say the classes")
    assert uploads(services) == []


def test_folders_are_read_before_they_are_sent(client: TestClient) -> None:
    folders = {"pets/train/cats": 20, "pets/test/cats": 5, "pets/train/dogs/old": 25, "pets": 2}
    found = client.post("/api/import-previews", json={"folders": folders})
    assert found.status_code == 200
    assert found.json() == {
        "classes": {"cats": 25, "dogs": 25},
        "splits": {"train": 45, "test": 5},
        "unlabeled": 2,
        "refused": 0,
        "warning": None,
    }
    long = client.post("/api/import-previews", json={"folders": {"x" * 300: 3, "cats": 1, "": 1}})
    assert long.json() == {
        "classes": {"cats": 1}, "splits": {}, "unlabeled": 1, "refused": 3, "warning": None,
    }  # fmt: skip
    for body in ({"folders": {"cats": 0}}, {"folders": {}, "more": 1}, {}):
        assert_problem(client.post("/api/import-previews", json=body), 422, "invalid_request")
