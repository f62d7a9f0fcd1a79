from html.parser import HTMLParser
from pathlib import Path

from tellapart.reports.data_report import data_report
from tellapart.workspace import Workspace
from tests.support.images.builders import jpeg_bytes, make_folder


class Reader(HTMLParser):
    """The text of a document, and where its images come from."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.sources: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def read(document: str) -> Reader:
    reader = Reader()
    reader.feed(document)
    return reader


def test_a_report_stands_alone(workspace: Workspace, tmp_path: Path) -> None:
    files = {f"cats <b>/{n}.jpg": jpeg_bytes(seed=n) for n in range(6)}
    files |= {f"dogs/{n}.jpg": jpeg_bytes(300, 20, seed=n, look="dogs") for n in range(4)}
    workspace.import_images(make_folder(tmp_path / "a", files | {"dogs/bad.jpg": b"x"}))
    path = tmp_path / "report.html"
    workspace.write_data_report(path)
    found = read(path.read_text(encoding="utf-8"))
    assert "10 pictures of 2 classes" in found.text
    assert "cats <b>" in found.text, "a class is text, and nothing else"
    assert "Odd aspect: 4" in found.text
    assert "1 file in quarantine" in found.text
    assert "have not been checked yet" in found.text
    assert len(found.sources) == 14
    assert all(source.startswith("data:image/") for source in found.sources)
    assert "script" not in found.tags


def test_a_report_of_nothing(workspace: Workspace) -> None:
    found = read(data_report(workspace.storage))
    assert "0 pictures of 0 classes" in found.text
    assert found.sources == []


def test_a_lost_thumbnail_is_left_out(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_images(make_folder(tmp_path / "a", {"cats/a.jpg": jpeg_bytes(400, 300)}))
    for blob in (workspace.settings.workspace / "blobs").glob("??/*"):
        blob.unlink()
    assert read(data_report(workspace.storage)).sources == []
