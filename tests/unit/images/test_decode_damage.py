"""What is no image, or no longer one, or too large."""

import struct
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tellapart.errors import ImageTooLarge, InvalidImage, NotAnImage, TruncatedImage
from tellapart.images.decode import decode, read_header
from tests.support.images.builders import encode, jpeg_bytes, photo, png_bytes
from tests.support.images.decoding import (
    EVERY_FORMAT,
    MAX_PIXELS,
    decoded,
    exif_of,
    png_file,
    png_header,
)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "empty file"),
        (b"this is not a picture", "text file"),
        (b"BMW is a maker of cars, and this is text", "text file"),
        (b"<!DOCTYPE html><html></html>", "HTML page"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG drawing"),
        (b"P6 is a name of no format", "text file"),
        (b"PK\x03\x04" + bytes(40), "ZIP archive"),
        (b"\0\0\0\x1cftypheic" + bytes(20), "HEIC"),
        (bytes(100), "unknown format"),
    ],
)
def test_what_is_not_an_image_is_named(data: bytes, named: str) -> None:
    for read in (read_header, decode):
        with pytest.raises(NotAnImage, match=named) as caught:
            read(data, max_pixels=MAX_PIXELS)
        assert "JPEG, PNG, WebP, GIF, BMP, TIFF, PPM or PGM" in str(caught.value)


def test_formats_that_pillow_reads_and_we_do_not() -> None:
    for kind in ("ICO", "PCX", "TGA"):
        with pytest.raises(NotAnImage):
            decoded(encode(photo(), kind))


@pytest.mark.parametrize("kind", EVERY_FORMAT)
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95])
def test_truncated(kind: str, share: float) -> None:
    data = encode(photo(200, 150), kind)
    with pytest.raises(TruncatedImage, match="cut off"):
        decoded(data[: int(len(data) * share)])


def test_truncated_jpeg_is_found_in_draft_too() -> None:
    data = jpeg_bytes(400, 300)
    with pytest.raises(TruncatedImage):
        decode(data[: len(data) // 2], max_pixels=MAX_PIXELS, min_side_px=40)


@pytest.mark.parametrize("kind", EVERY_FORMAT)
def test_header_cut_off(kind: str) -> None:
    data = encode(photo(), kind)[: 8 if kind == "PPM" else 20]
    with pytest.raises(TruncatedImage):
        read_header(data, max_pixels=MAX_PIXELS)


def giant(kind: str) -> bytes:
    """A header of 30,000 x 30,000 pixels, with nearly nothing behind it (16,383 for WebP)."""
    if kind == "PNG":
        return png_file(png_header(30_000, 30_000), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b""))
    data = bytearray(encode(photo(), kind))
    if kind == "JPEG":
        start = data.index(b"\xff\xc0")
        data[start + 5 : start + 9] = struct.pack(">HH", 30_000, 30_000)
    elif kind == "GIF":
        data[6:10] = struct.pack("<HH", 30_000, 30_000)
    elif kind == "PPM":
        return b"P6\n30000 30000\n255\n" + bytes(100)
    elif kind == "TIFF":
        for tag in (256, 257):
            at = data.index(struct.pack("<HHI", tag, 4, 1))
            data[at + 8 : at + 12] = struct.pack("<I", 30_000)
    elif kind == "BMP":
        data[18:26] = struct.pack("<ii", 30_000, 30_000)
    else:
        data[26:30] = struct.pack("<HH", 16_383, 16_383)
    return bytes(data)


@pytest.mark.parametrize("kind", EVERY_FORMAT)
def test_too_many_pixels_are_refused_by_the_header(kind: str) -> None:
    data = giant(kind)
    tracemalloc.start()
    try:
        for read in (read_header, decode):
            with pytest.raises(ImageTooLarge, match="50,000,000"):
                read(data, max_pixels=50_000_000)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_the_limit_itself_is_allowed() -> None:
    assert decode(png_bytes(40, 30), max_pixels=1200)[0].shape == (30, 40, 3)
    with pytest.raises(ImageTooLarge):
        decode(png_bytes(40, 30), max_pixels=1199)


def test_the_limit_is_ours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert decoded(png_bytes(40, 30)).shape == (30, 40, 3)
    assert decoded(jpeg_bytes(40, 30)).shape == (30, 40, 3)


@pytest.mark.parametrize(("width", "height"), [(0, 0), (0, 10), (10, 0)])
def test_no_pixels_at_all(width: int, height: int) -> None:
    data = png_file(png_header(width, height), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    with pytest.raises(InvalidImage):
        decoded(data)


def test_text_chunks_that_unpack_to_much() -> None:
    bomb = b"Comment\0\0" + zlib.compress(bytes(2**24))
    image = png_bytes()
    at = image.index(b"IDAT") - 4
    data = image[:at] + png_file((b"zTXt", bomb))[8:] + image[at:]
    assert np.array_equal(decoded(data), decoded(image))


def test_many_threads_at_once() -> None:
    jobs = [jpeg_bytes(60, 50, seed=seed) for seed in range(40)]
    with ThreadPoolExecutor(8) as pool:
        for data, array in zip(jobs, pool.map(decoded, jobs), strict=True):
            assert np.array_equal(array, decoded(data))


FILES = [
    *(encode(photo(24, 18), kind) for kind in EVERY_FORMAT),
    encode(photo(24, 18), "JPEG", exif=exif_of(6), progressive=True),
    encode(photo(24, 18).convert("CMYK"), "JPEG"),
    encode(photo(24, 18).quantize(16), "PNG", transparency=0, bits=4),
    encode(photo(24, 18).quantize(16), "BMP"),
    encode(photo(24, 18).convert("I;16"), "PNG"),
    encode(photo(24, 18), "TIFF", compression="tiff_lzw", exif=exif_of(6)),
    encode(photo(24, 18).convert("F"), "TIFF"),
    encode(photo(24, 18).convert("1"), "TIFF", compression="group4"),
    encode(photo(24, 18).convert("I;16"), "PPM"),
    encode(photo(24, 18).convert("RGBA"), "WEBP", lossless=True, exif=exif_of(3)),
    encode(photo(24, 18), "GIF", save_all=True, append_images=[photo(24, 18, seed=2)]),
    encode(photo(24, 18), "PNG", save_all=True, append_images=[photo(24, 18, seed=2)]),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(0, 6))):
        # Headers break in more ways than pixels do.
        end = draw(st.sampled_from([32, 128, len(data)]))
        data[draw(st.integers(0, min(end, len(data)) - 1))] = draw(st.integers(0, 255))
    cut = draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))
    start = draw(st.sampled_from([0, 0, 0, 0, 1, 8]))
    return bytes(data[start:cut]) + draw(st.sampled_from([b"", b"", b"\xff\xd9", b"\0" * 50]))


@settings(max_examples=200, deadline=None)
@given(damaged(), st.sampled_from([None, 4]))
def test_any_damage_is_an_array_or_an_invalid_image(data: bytes, min_side_px: int | None) -> None:
    try:
        array, header = decode(data, max_pixels=10_000, min_side_px=min_side_px)
    except InvalidImage:
        return
    assert array.dtype == np.uint8
    assert array.ndim == 3
    assert header.width_px * header.height_px <= 10_000
    if min_side_px is None:
        assert array.shape == (header.height_px, header.width_px, 3)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", *(data[:30] for data in FILES)]))
def test_any_bytes_are_an_array_or_an_invalid_image(data: bytes, start: bytes) -> None:
    try:
        decode(start + data, max_pixels=10_000)
    except InvalidImage:
        return


def test_damage_is_not_told_in_the_words_of_a_programmer() -> None:
    with pytest.raises(TruncatedImage) as raised:
        decode(b"GIF89a", max_pixels=MAX_PIXELS)
    assert str(raised.value) == "This GIF is damaged or cut off. Send the whole file."
