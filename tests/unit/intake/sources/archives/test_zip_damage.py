"""ZIP files that are damaged, or made to do harm."""

import struct
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tellapart.errors import (
    ImageTooLarge,
    InvalidImage,
    TellapartError,
    UnsafeArchive,
)
from tellapart.intake.sources import open_source
from tellapart.settings import Settings
from tests.support.images.builders import class_files, jpeg_bytes, make_image_zip, make_zip, patched

SETTINGS = Settings()
IMAGE = jpeg_bytes()


def test_zip_bomb(tmp_path: Path) -> None:
    # Many entries that share their bytes: each by itself could be an image.
    path = make_zip(tmp_path / "a.zip", {"cats/1.jpg": bytes(100_000) + jpeg_bytes(400, 400)})
    data = path.read_bytes()
    end = data.rfind(b"PK\5\6")
    start = struct.unpack_from("<I", data, end + 16)[0]
    count = 2_000
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, (end - start) * count, start, 0)
    path.write_bytes(data[:start] + data[start:end] * count + tail)
    with pytest.raises(UnsafeArchive, match="ZIP bomb"):
        open_source(path, SETTINGS)


def test_a_flat_image_that_unpacks_too_well_is_refused_alone(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"cats/1.bmp": bytes(10_000_000), "cats/2.jpg": IMAGE})
    with open_source(path, SETTINGS) as source:
        assert [item.name for item in source.items()] == ["cats/2.jpg"]
        assert [file.name for file in source.refused] == ["cats/1.bmp"]


def test_one_entry_that_unpacks_too_well(tmp_path: Path) -> None:
    files = {"cats/1.jpg": bytes(2_000_000), **class_files({"cats": 20})}
    with open_source(make_zip(tmp_path / "a.zip", files), SETTINGS) as source:
        assert len(list(source.items())) == source.total == 20
        (refused,) = source.refused
        assert refused.name == "cats/1.jpg"
        assert "200 times its size" in refused.reason
        assert refused.read is None


def test_small_blank_images_are_no_bomb(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"cats/1.bmp": bytes(1_000_000)})
    with open_source(path, SETTINGS) as source:
        assert [len(item.read()) for item in source.items()] == [1_000_000]


def test_total_size(tmp_path: Path) -> None:
    path = make_image_zip(tmp_path / "a.zip", {"cats": 20})
    with pytest.raises(UnsafeArchive, match="unpacks to more than 5,000 bytes"):
        open_source(path, Settings(max_archive_bytes=5_000))


def test_total_is_counted_on_what_is_really_read(tmp_path: Path) -> None:
    path = make_image_zip(tmp_path / "a.zip", {"cats": 2})
    size_bytes = sum(len(data) for data in class_files({"cats": 2}).values())
    with open_source(path, Settings(max_archive_bytes=size_bytes)) as source:
        first, second = source.items()
        first.read()
        second.read()
        with pytest.raises(UnsafeArchive, match="unpacks to more"):
            first.read()


def lying_size(path: Path, true_size: int, told: int) -> Path:
    return patched(path, struct.pack("<I", true_size), struct.pack("<I", told))


def test_a_header_that_tells_too_small_a_size(tmp_path: Path) -> None:
    content = bytes(range(256)) * 5_000
    path = make_zip(tmp_path / "a.zip", {"cats/1.jpg": content, "cats/2.jpg": IMAGE})
    lying_size(path, len(content), 500)
    with open_source(path, Settings(max_image_bytes=10_000)) as source:
        lying, good = source.items()
        with pytest.raises(InvalidImage, match="the archive is damaged there"):
            lying.read()
        assert good.read() == IMAGE


def test_images_with_too_many_bytes(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"cats/1.jpg": IMAGE, "cats/2.jpg": bytes(9_999)})
    with open_source(path, Settings(max_image_bytes=5_000)) as source:
        assert len(list(source.items())) == source.total == 1
        assert [(file.name, file.code) for file in source.refused] == [
            ("cats/2.jpg", ImageTooLarge.code)
        ]


@pytest.mark.parametrize("honest", [True, False])
def test_too_many_entries(tmp_path: Path, honest: bool) -> None:
    path = make_zip(tmp_path / "a.zip", {f"cats/{n}.jpg": b"" for n in range(50)})
    if not honest:
        end = path.read_bytes()[-22:]
        patched(path, end, end[:8] + struct.pack("<HH", 1, 1) + end[12:])
    with pytest.raises(UnsafeArchive, match="more than 49 entries"):
        open_source(path, Settings(max_archive_entries=49))
    with open_source(path, Settings(max_archive_entries=50)) as source:
        assert source.total == 50


def test_a_damaged_entry_is_refused_alone(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"cats/1.jpg": IMAGE, "cats/2.jpg": b"content"})
    data = bytearray(path.read_bytes())
    data[100] ^= 0xFF
    path.write_bytes(data)
    with open_source(path, SETTINGS) as source:
        damaged, good = source.items()
        assert good.read() == b"content"
        with pytest.raises(InvalidImage, match=r"cats/1\.jpg cannot be read: the archive is damag"):
            damaged.read()
        assert good.read() == b"content"


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\3\4" + bytes(100)])
def test_not_a_zip(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(UnsafeArchive, match=r"a\.zip is not a ZIP archive, or it is damaged"):
        open_source(tmp_path / "a.zip", SETTINGS)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_truncated(tmp_path: Path, share: float) -> None:
    path = make_image_zip(tmp_path / "a.zip")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UnsafeArchive, match="cut off"):
        open_source(path, SETTINGS)


def test_memory_does_not_grow_beyond_the_directory(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {f"cats/{n}.jpg": b"" for n in range(3_000)})
    tracemalloc.start()
    with open_source(path, SETTINGS) as source:
        directory, _ = tracemalloc.get_traced_memory()
        assert sum(1 for _ in source.items()) == 3_000
        now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert now - directory < 3_000 * 10
    assert most < 3_000 * 900, "objects of zipfile"


def test_an_entry_whose_place_is_a_lie(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"cats/1.jpg": IMAGE, "cats/2.jpg": IMAGE})
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\1\2")
    data[entry + 42 : entry + 46] = struct.pack("<I", 5)
    path.write_bytes(data)
    with open_source(path, SETTINGS) as source:
        good, lying = source.items()
        assert good.read() == IMAGE
        with pytest.raises(InvalidImage, match="the archive is damaged there"):
            lying.read()


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6),
    st.booleans(),
    st.floats(0.5, 1),
)
def test_any_damage_is_an_error_of_ours(
    tmp_path: Path, changes: list[tuple[float, int]], at_the_end: bool, share: float
) -> None:
    path = make_zip(tmp_path / "a.zip", {"cats/1.jpg": b"abc" * 50, "metadata.csv": b"a,b\n"})
    data = bytearray(path.read_bytes())
    for place, value in changes:
        # The directory is at the end; it breaks in more ways than content does.
        offset = int(place * 140)
        data[-1 - offset if at_the_end else offset] = value
    path.write_bytes(data[: int(len(data) * share)] if share < 0.6 else data)
    try:
        with open_source(path, SETTINGS) as source:
            for item in source.items():
                item.read()
    except TellapartError:
        return
