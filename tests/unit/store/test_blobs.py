import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from blake3 import blake3

from tellapart.errors import BlobDamaged, BlobNotFound
from tellapart.store.blobs import LocalBlobs, content_hash


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "blobs")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_name_is_the_hash_of_the_bytes() -> None:
    assert content_hash(b"abc") == blake3(b"abc").hexdigest()
    assert len(content_hash(b"")) == 64


@pytest.mark.parametrize("data", [b"", b"abc", bytes(range(256)) * 4096])
def test_what_is_written_can_be_read(blobs: LocalBlobs, data: bytes) -> None:
    name = blobs.put(data)
    assert name == content_hash(data)
    assert blobs.exists(name)
    assert blobs.read(name) == data
    assert blobs.size_bytes(name) == len(data)
    with blobs.open(name) as file:
        assert file.read() == data


def test_the_same_bytes_are_kept_once(blobs: LocalBlobs, tmp_path: Path) -> None:
    first = blobs.put(b"abc")
    (file,) = files(tmp_path)
    written_at = file.stat().st_mtime_ns
    assert blobs.put(b"abc") == first
    assert file.stat().st_mtime_ns == written_at
    assert files(tmp_path) == [file]


def test_a_missing_blob_says_what_to_do(blobs: LocalBlobs) -> None:
    name = content_hash(b"never written")
    assert not blobs.exists(name)
    assert blobs.size_bytes(name) is None
    with pytest.raises(BlobNotFound, match=rf"{name[:12]}.*backup"):
        blobs.read(name)


def test_delete_forgets(blobs: LocalBlobs) -> None:
    name = blobs.put(b"abc")
    blobs.delete(name)
    blobs.delete(name)
    assert not blobs.exists(name)


def test_a_write_that_fails_leaves_nothing(
    blobs: LocalBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        blobs.put(b"abc")
    assert not blobs.exists(content_hash(b"abc"))
    assert files(tmp_path) == []


def test_bytes_are_synced_before_they_get_their_name(
    blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = content_hash(b"abc")
    there_when_synced: list[bool] = []
    sync = os.fsync

    def watch(descriptor: int) -> None:
        there_when_synced.append(blobs.exists(name))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    blobs.put(b"abc")
    assert there_when_synced == [False, True], "first the file, then the folder that names it"


def test_many_threads_write_the_same_blobs(blobs: LocalBlobs, tmp_path: Path) -> None:
    contents = [bytes([n]) * 50_000 for n in range(10)] * 8
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(blobs.put, contents))
    assert names == [content_hash(data) for data in contents]
    assert len(files(tmp_path)) == 10
    assert all(blobs.read(name) == data for name, data in zip(names, contents, strict=True))


def test_what_a_killed_writer_left_is_no_blob(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    (tmp_path / "staging" / "tmp123").write_bytes(b"ab")
    again = LocalBlobs(tmp_path)
    name = again.put(b"abc")
    assert again.read(name) == blobs.read(name) == b"abc"


def test_bytes_that_have_changed_are_told(blobs: LocalBlobs, tmp_path: Path) -> None:
    name = blobs.put(b"weights")
    assert blobs.read_checked(name) == b"weights"
    (file,) = files(tmp_path)
    file.write_bytes(b"weight!")
    with pytest.raises(BlobDamaged, match=rf"{name[:12]}.*damaged.*backup"):
        blobs.read_checked(name)
