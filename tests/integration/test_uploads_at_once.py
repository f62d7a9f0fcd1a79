"""Several uploads at the same time to one server, and a bad one among them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.support.images.builders import class_files, jpeg_bytes, make_zip
from tests.support.servers.server import Server


def upload(server: Server, data: bytes, name: str) -> dict[str, Any]:
    """The finished job of an upload."""
    found = server.client.post("/api/imports", files={"file": (name, data)})
    assert found.status_code == 202, found.text
    return server.finished(found.json()["id"])


def insights(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.client.get("/api/data-insights").json()
    return found


def test_archives_of_one_name(server: Server, tmp_path: Path) -> None:
    before = insights(server)["class_distribution"]
    classes = dict.fromkeys(("hens", "mice"), 5)
    archives = [
        make_zip(tmp_path / f"{name}.zip", class_files({name: count})).read_bytes()
        for name, count in classes.items()
    ]

    def send(data: bytes) -> dict[str, Any]:
        return upload(server, data, "same.zip")

    with ThreadPoolExecutor(3) as pool:
        *jobs, bad = pool.map(send, [*archives, b"This is no archive."])
    assert [job["status"] for job in jobs] == ["succeeded"] * 2
    assert (bad["status"], bad["error"]["code"]) == ("failed", "unsafe_archive")
    assert insights(server)["class_distribution"] == {**before, **classes}
    assert list((server.folder / "uploads").iterdir()) == []


def test_loose_images_of_one_name(server: Server) -> None:
    before = insights(server)["unlabeled"]

    def send(seed: int) -> dict[str, Any]:
        files = [("files", ("image.jpg", jpeg_bytes(seed=seed * 10 + n))) for n in range(300, 305)]
        return server.finished(server.client.post("/api/imports", files=files).json()["id"])

    with ThreadPoolExecutor(2) as pool:
        jobs = list(pool.map(send, range(2)))
    assert [job["result"]["added"] for job in jobs] == [5, 5]
    assert insights(server)["unlabeled"] == before + 10
