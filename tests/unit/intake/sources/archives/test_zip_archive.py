import stat
import struct
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tellapart.errors import (
    InvalidImage,
    NoClassesFound,
    SourceError,
    UnsafeArchive,
)
from tellapart.intake.sources import open_source
from tellapart.settings import Settings
from tests.support.images.builders import class_files, jpeg_bytes, make_image_zip, make_zip, patched

SETTINGS = Settings()
IMAGE = jpeg_bytes()


def listing(path: Path) -> list[tuple[str, str | None, str | None]]:
    with open_source(path, SETTINGS) as source:
        return [(item.name, item.label, item.split) for item in source.items()]


def test_images_with_their_classes(tmp_path: Path) -> None:
    files = class_files({"train/cats": 2, "test/big dogs 🐕": 1})
    path = make_zip(tmp_path / "set.zip", {"set/": b"", **{f"set/{n}": files[n] for n in files}})
    with open_source(str(path), SETTINGS) as source:
        found = list(source.items())
        assert source.name == "set.zip"
        assert source.total == 3
        assert [item.read() for item in found] == list(files.values())
    assert [(item.label, item.split) for item in found] == [
        ("cats", "train"),
        ("cats", "train"),
        ("big dogs 🐕", "test"),
    ]


def test_the_rest_is_skipped_and_counted(tmp_path: Path) -> None:
    files = {
        "cats/1.jpg": IMAGE,
        "__MACOSX/cats/._1.jpg": b"x",
        ".DS_Store": b"x",
        "more.zip": b"PK",
        "read me.txt": b"x",
    }
    with open_source(make_zip(tmp_path / "a.zip", files), SETTINGS) as source:
        assert source.total == 1
        assert source.skipped == {
            "__MACOSX": 1,
            "hidden file": 1,
            ".zip file": 1,
            ".txt file": 1,
        }


def test_metadata(tmp_path: Path) -> None:
    files = {"set/a.jpg": IMAGE, "set/metadata.csv": b"file_name,label\na.jpg,cat\n"}
    assert listing(make_zip(tmp_path / "a.zip", files)) == [("set/a.jpg", "cat", None)]


def test_duplicate_names_are_both_kept(tmp_path: Path) -> None:
    pairs = [("cats/1.jpg", b"first"), ("cats/1.jpg", b"second")]
    with pytest.warns(UserWarning, match="Duplicate"):
        path = make_zip(tmp_path / "a.zip", pairs)
    with open_source(path, SETTINGS) as source:
        assert [item.read() for item in source.items()] == [b"first", b"second"]


@pytest.mark.parametrize(
    "name",
    [
        "../cats/1.jpg",
        "cats/../../1.jpg",
        "C:/cats/1.jpg",
        "C:\\cats\\1.jpg",
        "..\\cats\\1.jpg",
        "\\\\host\\share\\1.jpg",
        "../evil.sh",
        "../folder/",
    ],
)
def test_paths_out_of_the_archive(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "a.zip", {"cats/1.jpg": IMAGE, name: IMAGE})
    with pytest.raises(UnsafeArchive, match=r"a\.zip names a path outside of itself"):
        open_source(path, SETTINGS)


def test_links_are_skipped(tmp_path: Path) -> None:
    path = make_image_zip(tmp_path / "a.zip", {"cats": 1})
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("cats/link.jpg")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with open_source(path, SETTINGS) as source:
        assert source.total == 1
        assert source.skipped == {"symlink": 1}


def test_windows_separators(tmp_path: Path) -> None:
    files = {"set\\cats\\1.jpg": IMAGE, "set\\dogs\\1.jpg": IMAGE, "set\\": b""}
    assert [label for _, label, _ in listing(make_zip(tmp_path / "a.zip", files))] == [
        "cats",
        "dogs",
    ]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("caf\u00e9".encode("cp437"), "caf\u00e9"),
        ("caf\u00e9".encode(), "caf\u00e9"),
        ("\u732b".encode(), "\u732b"),
        ("caf\u00e9".encode("latin-1"), "caf\u0398"),  # nothing says that it is Latin-1
        ("\u732b\u72ac".encode("cp932"), "\u732b\u72ac"),
        ("\u8868".encode("cp932"), "\u8868"),  # its second byte is that of a backslash
        ("\u306d\u3053".encode("cp932"), "\u306d\u3053"),
        ("\u732b\u72d7\u7167\u7247".encode("gb18030"), "\u732b\u72d7\u7167\u7247"),
        ("\uace0\uc591\uc774".encode("cp949"), "\uace0\uc591\uc774"),
        ("cr\u00e8me".encode("cp437"), "cr\u00e8me"),
    ],
)
def test_names_of_old_tools(tmp_path: Path, raw: bytes, name: str) -> None:
    path = make_zip(tmp_path / "a.zip", {"x" * len(raw) + "/1.jpg": IMAGE})
    patched(path, b"x" * len(raw) + b"/", raw + b"/")
    assert listing(path) == [(f"{name}/1.jpg", name, None)]


def test_a_leading_slash_is_left_out(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"/cats/1.jpg": IMAGE, "/dogs/1.jpg": IMAGE})
    assert [label for _, label, _ in listing(path)] == ["cats", "dogs"]


@pytest.mark.parametrize(
    ("offset", "value", "reason"),
    [
        (8, 1, "encrypted. Make a ZIP without a password"),
        (10, 9, "Deflate64"),
        (10, 93, "zstd"),
    ],
)
def test_an_archive_of_which_nothing_can_be_used(
    tmp_path: Path, offset: int, value: int, reason: str
) -> None:
    path = make_image_zip(tmp_path / "a.zip", {"cats": 2, "dogs": 1})
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\1\2")
    while place >= 0:
        struct.pack_into("<H", data, place + offset, value)
        place = data.find(b"PK\1\2", place + 1)
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match=f"No picture of a.zip can be used. 3 x .*{reason}"):
        open_source(path, SETTINGS)


def test_files_are_told_by_their_content(tmp_path: Path) -> None:
    files = {
        "cats/1": IMAGE, "cats/2.dat": IMAGE, "cats/3.jpg ": IMAGE, "dogs/1.jpg": IMAGE,
        "dogs/notes.txt": b"text", "dogs/empty/": b"", "Thumbs.db": IMAGE,
    }  # fmt: skip
    with open_source(make_zip(tmp_path / "a.zip", files), SETTINGS) as source:
        assert [item.label for item in source.items()] == ["cats", "cats", "cats", "dogs"]
        assert source.total == 4
        assert source.skipped_examples == {
            ".txt file": ["dogs/notes.txt"],
            "system file": ["Thumbs.db"],
            "folder without pictures": ["dogs/empty/"],
        }


def test_zip64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    path = make_image_zip(tmp_path / "a.zip", {"cats": 3})
    assert b"PK\6\6" in path.read_bytes()
    assert len(listing(path)) == 3
    with pytest.raises(UnsafeArchive, match="more than 2 entries"):
        open_source(path, Settings(max_archive_entries=2))


def test_bytes_before_and_after_the_archive(tmp_path: Path) -> None:
    path = make_image_zip(tmp_path / "a.zip", {"cats": 3})
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"a comment"
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    assert len(listing(path)) == 3


def test_encrypted(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"cats/1.jpg": IMAGE, "cats/2.jpg": IMAGE})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    with open_source(path, SETTINGS) as source:
        assert [item.name for item in source.items()] == ["cats/2.jpg"]
        assert [(file.name, file.code) for file in source.refused] == [
            ("cats/1.jpg", "invalid_image")
        ]
        assert "encrypted" in source.refused[0].reason


def test_rare_compression(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("cats/1.jpg", IMAGE)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("cats/2.jpg", IMAGE)
    with open_source(path, SETTINGS) as source:
        assert [item.name for item in source.items()] == ["cats/2.jpg"]
        assert "compressed by LZMA" in source.refused[0].reason


def test_an_empty_zip(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no pictures in a\.zip \(found: nothing\)"):
        open_source(make_zip(tmp_path / "a.zip", {}), SETTINGS)


def test_a_file_without_a_byte(tmp_path: Path) -> None:
    (tmp_path / "a.zip").touch()
    with pytest.raises(UnsafeArchive, match=r"a\.zip is not a ZIP .*\(it is empty\)"):
        open_source(tmp_path / "a.zip", SETTINGS)


@pytest.mark.parametrize(
    ("start", "kind"), [(b"Rar!\x1a\x07\0", "RAR"), (b"7z\xbc\xaf'\x1c", "7z")]
)
def test_other_archives_are_named(tmp_path: Path, start: bytes, kind: str) -> None:
    (tmp_path / "a.zip").write_bytes(start + bytes(100))
    with pytest.raises(SourceError, match=rf"a\.zip is a {kind} archive.*Unpack it"):
        open_source(tmp_path / "a.zip", SETTINGS)


def test_a_list_of_labels_that_is_not_read_is_named(tmp_path: Path) -> None:
    files = {"images/1.jpg": IMAGE, "labels.csv": b"filename,class\n1.jpg,cats\n"}
    with open_source(make_zip(tmp_path / "a.zip", files), SETTINGS) as source:
        assert "Not read: 'labels.csv'. Labels come from folders" in source.notes[0]
    with open_source(tmp_path / "a.zip", SETTINGS, unlabeled=True) as source:
        assert source.notes == []


def test_an_archive_in_the_archive_is_named(tmp_path: Path) -> None:
    files = {"cats/1.jpg": IMAGE, "dogs/2.jpg": IMAGE}
    inner = make_zip(tmp_path / "inner.zip", files).read_bytes()
    more = {f"more/{number}.zip": inner for number in range(4)}
    mixed = make_zip(tmp_path / "mixed.zip", {**files, **more})
    for unlabeled in (True, False):
        with open_source(mixed, SETTINGS, unlabeled=unlabeled) as source:
            (note,) = source.notes
            assert note.startswith("Not opened: 'more/0.zip', 'more/1.zip', 'more/2.zip' and 1")
            assert "Unpack them" in note
            assert "import the folder" in note
    only = make_zip(tmp_path / "only.zip", {"inner.zip": inner})
    with pytest.raises(SourceError, match=r"'inner\.zip' in it are not opened\. Unpack them"):
        open_source(only, SETTINGS)


def test_no_classes(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"1.jpg": IMAGE, "2.jpg": IMAGE})
    with pytest.raises(NoClassesFound, match="import them as unlabeled"):
        open_source(path, SETTINGS)
    with open_source(path, SETTINGS, unlabeled=True) as source:
        assert source.total == 2


def test_class_name_of_300_characters(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a" * 300 + "/1.jpg": IMAGE, "cats/1.jpg": IMAGE})
    with open_source(path, SETTINGS) as source:
        assert [item.label for item in source.items()] == ["cats"]
        assert source.refused[0].code == "invalid_class_name"


def test_many_threads_at_once(tmp_path: Path) -> None:
    files = class_files({"cats": 60})
    with open_source(make_zip(tmp_path / "a.zip", files), SETTINGS) as source:
        items = list(source.items())
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda item: item.read(), items)) == list(files.values())


def test_reading_after_closing(tmp_path: Path) -> None:
    with open_source(make_image_zip(tmp_path / "a.zip"), SETTINGS) as source:
        item = next(source.items())
    with pytest.raises(InvalidImage):
        item.read()
