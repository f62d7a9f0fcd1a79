"""Tar archives: read as ZIPs are, and as careful."""

import io
import lzma
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tellapart.errors import NoClassesFound, SourceError, UnsafeArchive
from tellapart.intake.sources import open_source
from tellapart.settings import Settings
from tests.support.images.builders import class_files, jpeg_bytes

FILES = class_files({"cats": 3, "dogs": 2})


def make_tar(path: Path, files: Mapping[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_images_and_their_classes(settings: Settings, tmp_path: Path, mode: str) -> None:
    path = make_tar(tmp_path / "pets.tar", {**FILES, "readme.txt": b"x"}, mode)
    with open_source(path, settings) as source:
        found = {item.name: (item.label, item.read()) for item in source.items()}
        assert source.total == 5
        assert dict(source.skipped) == {".txt file": 1}
    assert found == {name: (name.partition("/")[0], data) for name, data in FILES.items()}


def test_labels_from_metadata_and_images_by_content(settings: Settings, tmp_path: Path) -> None:
    files = {"a": jpeg_bytes(seed=1), "b": jpeg_bytes(seed=2)}
    files["metadata.csv"] = b"file_name,label\na,cats\nb,dogs\n"
    with open_source(make_tar(tmp_path / "x.tgz", files), settings) as source:
        assert [item.label for item in source.items()] == ["cats", "dogs"]


def test_links_and_devices_are_skipped(settings: Settings, tmp_path: Path) -> None:
    path = make_tar(tmp_path / "x.tar", FILES, "w")
    with tarfile.open(path, "a") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            member = tarfile.TarInfo("cats/link.jpg")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    with open_source(path, settings) as source:
        assert len(list(source.items())) == 5
        assert source.skipped == {"symlink": 2, "special file": 2}


@pytest.mark.parametrize("name", ["../cats/1.jpg", "cats/../../1.jpg", "C:/cats/1.jpg"])
def test_paths_outside(settings: Settings, tmp_path: Path, name: str) -> None:
    path = make_tar(tmp_path / "x.tar.gz", {name: jpeg_bytes()})
    with pytest.raises(UnsafeArchive, match="outside of itself"):
        open_source(path, settings)


def test_a_bomb(settings: Settings, tmp_path: Path) -> None:
    path = make_tar(tmp_path / "x.tar.gz", {"cats/1.jpg": bytes(20_000_000)})
    with pytest.raises(UnsafeArchive, match="TELLAPART_MAX_COMPRESSION_RATIO"):
        open_source(path, settings)


def test_a_header_that_announces_too_much(settings: Settings, tmp_path: Path) -> None:
    member = tarfile.TarInfo("x" * 10)
    member.type, member.size = tarfile.XHDTYPE, 10**12
    path = tmp_path / "x.tar"
    path.write_bytes(member.tobuf(tarfile.GNU_FORMAT) + bytes(10_240))
    with pytest.raises(SourceError, match=r"x\.tar"):
        open_source(path, settings)


def test_an_image_that_is_too_large_is_refused_alone(settings: Settings, tmp_path: Path) -> None:
    small = settings.model_copy(update={"max_image_bytes": 5_000})
    files = {**FILES, "cats/large.jpg": os.urandom(6_000)}
    with open_source(make_tar(tmp_path / "x.tar.gz", files), small) as source:
        assert len(list(source.items())) == 5
        assert [file.name for file in source.refused] == ["cats/large.jpg"]


def test_too_many_members(settings: Settings, tmp_path: Path) -> None:
    few = settings.model_copy(update={"max_archive_entries": 4})
    with pytest.raises(UnsafeArchive, match="more than 4 entries"):
        open_source(make_tar(tmp_path / "x.tar", FILES, "w"), few)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.98])
def test_cut_off(settings: Settings, tmp_path: Path, share: float) -> None:
    path = make_tar(tmp_path / "x.tar.gz", FILES)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(SourceError, match=r"x\.tar\.gz is no tar archive, or it is damaged"):
        list(open_source(path, settings).items())


def test_what_is_packed_and_no_archive(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "notes.xz"
    path.write_bytes(lzma.compress(b"text " * 1000))
    with pytest.raises(SourceError, match="no tar archive"):
        open_source(path, settings)


def test_without_images_or_classes(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no pictures in x\.tar\.gz \(found: 1 x \.txt file\)"):
        open_source(make_tar(tmp_path / "x.tar.gz", {"a.txt": b"x"}), settings)
    with pytest.raises(NoClassesFound):
        open_source(make_tar(tmp_path / "y.tar.gz", {"1.jpg": jpeg_bytes()}), settings)


def test_a_single_image_is_no_data_set(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "cat.jpg").write_bytes(jpeg_bytes())
    with pytest.raises(SourceError, match=r"one picture, not a data set.*tellapart predict"):
        open_source(tmp_path / "cat.jpg", settings)


def test_what_is_no_regular_file(settings: Settings, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(SourceError, match="neither a folder nor a regular file"):
            open_source(path, settings)
