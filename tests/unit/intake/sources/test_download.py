import fcntl
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tellapart.errors import DownloadFailed, StorageFull, StoreError
from tellapart.intake.sources.download import RemoteFile, download
from tellapart.settings import Settings
from tests.support.published_files import FileServer, serve_files

CONTENT = bytes(range(256)) * 4000
SETTINGS = Settings(download_attempts=2, download_timeout_s=0.3)
PATIENT = Settings(download_attempts=3, download_timeout_s=5)


def silent(done_bytes: int, total_bytes: int | None) -> None:
    """Nobody wants to know."""


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serve_files() as running:
        running.files["set.zip"] = CONTENT
        yield running


def fetch(file: RemoteFile, folder: Path, settings: Settings = SETTINGS) -> Path:
    return download(file, folder, settings, silent)


def test_a_file_comes_once(server: FileServer, tmp_path: Path) -> None:
    reports: list[tuple[int, int | None]] = []
    file = server.remote("set.zip")
    path = download(file, tmp_path / "new", PATIENT, lambda *report: reports.append(report))
    assert path == tmp_path / "new" / "set.zip"
    assert path.read_bytes() == CONTENT
    assert reports[0] == (0, len(CONTENT))
    assert reports[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in reports] == sorted(done for done, _ in reports)
    assert len(reports) > 3
    assert fetch(file, tmp_path / "new") == path
    assert server.asked == [("/set.zip", None)]
    assert [found.name for found in path.parent.iterdir()] == ["set.zip"]


@pytest.mark.parametrize("ranges", [True, False])
def test_a_broken_connection(server: FileServer, tmp_path: Path, ranges: bool) -> None:
    server.breaks, server.ranges = [300_000, 200_000], ranges
    assert fetch(server.remote("set.zip"), tmp_path, PATIENT).read_bytes() == CONTENT
    asked = [asked for _, asked in server.asked]
    assert asked[:2] == [None, "bytes=300000-"]
    assert asked[2] == ("bytes=500000-" if ranges else "bytes=200000-")


def test_it_goes_on_where_an_earlier_process_was_stopped(
    server: FileServer, tmp_path: Path
) -> None:
    def stop(done_bytes: int, _: int | None) -> None:
        if done_bytes > 400_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(server.remote("set.zip"), tmp_path, SETTINGS, stop)
    kept = (tmp_path / "set.zip.part").stat().st_size
    assert kept > 400_000
    assert fetch(server.remote("set.zip"), tmp_path).read_bytes() == CONTENT
    assert server.asked[-1] == ("/set.zip", f"bytes={kept}-")


@pytest.mark.parametrize("size", [500_000, len(CONTENT), len(CONTENT) + 5])
def test_a_partial_file_of_something_else(server: FileServer, tmp_path: Path, size: int) -> None:
    (tmp_path / "set.zip.part").write_bytes(b"x" * size)
    assert fetch(server.remote("set.zip"), tmp_path).read_bytes() == CONTENT


def test_another_checksum(server: FileServer, tmp_path: Path) -> None:
    file = replace(server.remote("set.zip"), sha256="0" * 64)
    with pytest.raises(DownloadFailed, match=r"set\.zip could not be downloaded: its SHA-256 is n"):
        fetch(file, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [100, len(CONTENT) * 2])
def test_another_size(server: FileServer, tmp_path: Path, size: int) -> None:
    with pytest.raises(DownloadFailed, match=r"has 1,024,000 bytes under this address, the publi"):
        fetch(server.remote("set.zip", bytes(size)), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_answer_that_will_not_change(server: FileServer, tmp_path: Path, status: int) -> None:
    server.statuses = [status]
    with pytest.raises(DownloadFailed, match=f"the server answers {status}"):
        fetch(server.remote("set.zip"), tmp_path)
    assert len(server.asked) == 1


def test_an_overloaded_server_is_asked_again(server: FileServer, tmp_path: Path) -> None:
    server.statuses = [503]
    assert fetch(server.remote("set.zip"), tmp_path).read_bytes() == CONTENT
    server.statuses = [503, 500]
    with pytest.raises(DownloadFailed, match="the server answers 500"):
        fetch(server.remote("set.zip"), tmp_path / "other")


def test_a_server_that_stalls(server: FileServer, tmp_path: Path) -> None:
    server.stalls = threading.Event()
    with pytest.raises(DownloadFailed, match=r"nothing came for 0\.3 seconds"):
        fetch(server.remote("set.zip"), tmp_path)
    kept = (tmp_path / "set.zip.part").stat().st_size
    assert kept == len(CONTENT) - 10, "the next try goes on there"


def test_nobody_listens(tmp_path: Path) -> None:
    with serve_files() as gone:
        url = gone.url
    with pytest.raises(DownloadFailed, match="Connection refused"):
        fetch(RemoteFile(f"{url}/set.zip", "", 10), tmp_path)


def test_a_host_without_an_address(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match=r"set\.zip could not be downloaded: its host is not"):
        fetch(RemoteFile("http://nowhere.invalid/set.zip", "", 10), tmp_path)


def test_the_disk_is_full(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "set.zip.part").symlink_to("/dev/full")
    with pytest.raises(StorageFull, match=r"The disk is full.*TELLAPART_CACHE_DIR"):
        fetch(server.remote("set.zip"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_fit(server: FileServer, tmp_path: Path) -> None:
    file = replace(server.remote("set.zip"), size_bytes=10**18)
    with pytest.raises(StorageFull, match=r"needs 1,000,000,000,000,000,000 more bytes"):
        fetch(file, tmp_path)
    assert server.asked == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="could not be written"):
        fetch(server.remote("set.zip"), tmp_path / "file" / "downloads")


def test_two_at_once(server: FileServer, tmp_path: Path) -> None:
    with (tmp_path / "set.zip.part").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(DownloadFailed, match="by another process"):
            fetch(server.remote("set.zip"), tmp_path)
