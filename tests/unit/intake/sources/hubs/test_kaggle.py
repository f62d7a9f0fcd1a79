import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tellapart.errors import DownloadFailed, MissingDependency, SourceNotFound
from tellapart.intake.sources import open_source
from tellapart.settings import Settings
from tests.support.images.builders import class_files, make_zip
from tests.support.servers.http_server import QuietHandler, serving

SETTINGS = Settings()


@dataclass
class Kaggle:
    """What Kaggle answers, and what it was asked."""

    archive: bytes = b""
    status: int = 200
    waits: threading.Event | None = None
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def kaggle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kaggle]:
    """Kaggle on this machine: its library goes through a proxy, which answers itself."""
    state = Kaggle()

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.asked.append(self.path.rpartition("/")[2])
            if state.waits is not None:
                state.waits.wait(10)
            downloads = state.asked[-1] == "DownloadDataset"
            body = state.archive if downloads else b'{"currentVersionNumber": 3}'
            self.send_response(state.status)
            self.send_header("Content-Type", "application/zip" if downloads else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY", "KAGGLE_USERNAME", "KAGGLE_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "TEST")
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kagglehub"))
    monkeypatch.setenv("KAGGLE_CONFIG_DIR", str(tmp_path))
    with serving(Handler) as url:
        monkeypatch.setenv("http_proxy", url)
        yield state
        if state.waits is not None:
            state.waits.set()


def test_a_data_set_is_downloaded_once(kaggle: Kaggle, tmp_path: Path) -> None:
    files = class_files({"train/cats": 2, "test/dogs": 1})
    kaggle.archive = make_zip(tmp_path / "a.zip", files).read_bytes()
    for _ in range(2):
        with open_source("kaggle:pets/photos", SETTINGS) as source:
            assert source.name == "kaggle:pets/photos"
            assert {item.name: item.read() for item in source.items()} == files
            assert {item.split for item in source.items()} == {"train", "test"}
    assert kaggle.asked.count("DownloadDataset") == 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_one_that_is_not_for_everybody(kaggle: Kaggle, status: int) -> None:
    kaggle.status = status
    with pytest.raises(SourceNotFound, match=rf"Kaggle answers {status}.*KAGGLE_API_TOKEN"):
        open_source("kaggle:pets/photos", SETTINGS)


def test_an_answer_that_is_no_archive(kaggle: Kaggle) -> None:
    kaggle.archive = b"<html>"
    with pytest.raises(DownloadFailed, match="kaggle:pets/photos could not be downloaded"):
        open_source("kaggle:pets/photos", SETTINGS)


def test_waiting_can_be_given_up(kaggle: Kaggle) -> None:
    def cancel(done_bytes: int, total_bytes: int | None) -> None:
        assert (done_bytes, total_bytes) == (0, None)
        raise RuntimeError("enough")

    kaggle.waits = threading.Event()
    with pytest.raises(RuntimeError, match="enough"):
        open_source("kaggle:pets/photos", SETTINGS, on_download=cancel)


def test_no_connection(kaggle: Kaggle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(DownloadFailed, match=r"Kaggle cannot be reached\. Without a connection"):
        open_source("kaggle:pets/photos", SETTINGS)


@pytest.mark.parametrize("name", ["", "photos", "../x", "a/b/c", "a/b/versions/x"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(SourceNotFound, match="give kaggle:owner/name"):
        open_source(f"kaggle:{name}", SETTINGS)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    with pytest.raises(MissingDependency, match=r"pip install 'tellapart\[kaggle\]'"):
        open_source("kaggle:pets/photos", SETTINGS)
