import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tellapart.images.decode import ImageHeader, decode, read_header
from tests.support.images.builders import encode, photo, pixels, png_bytes
from tests.support.images.decoding import (
    EVERY_FORMAT,
    MAX_PIXELS,
    decoded,
    exif_of,
    png_file,
    png_header,
)


@pytest.mark.parametrize("kind", EVERY_FORMAT)
def test_every_format_gives_rgb(kind: str) -> None:
    image = photo(40, 30)
    array, header = decode(encode(image, kind), max_pixels=MAX_PIXELS)
    assert header == ImageHeader(kind, 40, 30, 1)
    assert array.shape == (30, 40, 3)
    assert array.dtype == np.uint8
    assert np.abs(array.astype(int) - np.asarray(image)).mean() < 20


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM"])
def test_lossless_formats_are_exact(kind: str) -> None:
    assert np.array_equal(decoded(encode(photo(), kind)), pixels())


def test_header_and_decode_agree() -> None:
    data = encode(photo(40, 30), "JPEG", exif=exif_of(6))
    assert read_header(data, max_pixels=MAX_PIXELS) == ImageHeader("JPEG", 30, 40, 6)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(kind: str, orientation: int) -> None:
    # Red, green / blue, white, as a viewer has to show it.
    shown = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)
    upright = Image.fromarray(shown.repeat(16, 0).repeat(24, 1))
    stored_by = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = upright if stored_by is None else upright.transpose(stored_by)
    data = encode(stored, kind, exif=exif_of(orientation))
    array, header = decode(data, max_pixels=MAX_PIXELS)
    assert header.exif_orientation == orientation
    assert (header.width_px, header.height_px) == (48, 32)
    assert array.shape == (32, 48, 3)
    assert np.abs(array[8::16, 12::24].astype(int) - shown).max() < 12


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0II*\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12\0\x03\0\0\0\x01\xff\xff\0\0",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x05\0\x01\0\0\0\xff\xff\xff\xff",
        b"Exif\0\0" + b"\x9c" * 65_000,
        b"nothing of the kind",
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_broken_exif_is_left_out(kind: str, exif: bytes) -> None:
    array, header = decode(encode(photo(), kind, exif=exif), max_pixels=MAX_PIXELS)
    assert header.exif_orientation == 1
    assert array.shape == (40, 48, 3)


def test_alpha_is_composited_on_white() -> None:
    data = encode(Image.new("RGBA", (4, 4), (200, 0, 0, 128)), "PNG")
    assert np.abs(decoded(data)[0, 0].astype(int) - (227, 127, 127)).max() <= 1


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_transparent_is_white(kind: str) -> None:
    image = Image.new("RGBA", (20, 10), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 10, 10))
    array = decoded(encode(image, kind))
    assert array[5, 3].max() < 10
    assert array[5, 15].min() > 245


def test_palette_with_transparency_in_bytes() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    data = encode(image, "PNG", transparency=b"\xff\x00")
    assert decoded(data).tolist() == [[[255, 0, 0], [255, 255, 255]]]


def test_colour_that_stands_for_transparent() -> None:
    data = encode(Image.new("RGB", (2, 2), (1, 2, 3)), "PNG", transparency=(1, 2, 3))
    assert decoded(data).min() == 255


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [("L", 77, 77), ("1", 1, 255), ("LA", (90, 255), 90), ("LA", (90, 0), 255), ("P", 0, 0)],
)
def test_grey_modes(mode: str, value: int, expected: int) -> None:
    array = decoded(encode(Image.new(mode, (3, 2), value), "PNG"))
    assert array.shape == (2, 3, 3)
    assert (array == expected).all()


def test_16_bit_grey_is_scaled_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    array = decoded(encode(Image.fromarray(ramp), "PNG"))
    assert np.abs(array[:, :, 0].astype(int) - np.arange(256).reshape(16, 16)).max() <= 1


def test_12_bits_in_16_are_taken_for_what_they_are() -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    for bits in (8, 10, 12, 14, 16):
        deep = Image.fromarray(grey.astype(np.uint16) << (bits - 8))
        for kind in ("PNG", "TIFF", "PPM"):
            assert np.array_equal(decoded(encode(deep, kind))[:, :, 0], grey), (bits, kind)


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_tiff_of_many_kinds(compression: str | None) -> None:
    grey = np.asarray(photo().convert("L"))
    for image in (photo(), photo().convert("L"), photo().convert("1"), photo().quantize(16)):
        found = decoded(encode(image, "TIFF", compression=compression))
        assert np.array_equal(found, np.asarray(image.convert("RGB"))), image.mode
    values = (grey.astype(np.float32) - 100) * 0.37
    values[0, 0] = np.nan
    found = decoded(encode(Image.fromarray(values), "TIFF", compression=compression))[:, :, 0]
    low, high = int(grey.min()), int(grey.max())
    expected = (grey.astype(float) - low) * 255 / (high - low)
    assert np.abs(found.astype(float) - expected)[1:].max() < 1
    assert found[0, 0] == 0


def test_values_without_a_range_are_black() -> None:
    for values in (np.full((4, 4), 7.5, np.float32), np.full((4, 4), np.inf, np.float32)):
        assert decoded(encode(Image.fromarray(values), "TIFF")).max() == 0


def test_the_first_page_of_a_tiff_and_its_orientation() -> None:
    pages = encode(photo(), "TIFF", save_all=True, append_images=[photo(seed=2)])
    assert np.array_equal(decoded(pages), pixels())
    turned = encode(photo(40, 30), "TIFF", exif=exif_of(6))
    array, header = decode(turned, max_pixels=MAX_PIXELS)
    assert (header.width_px, header.height_px, array.shape) == (30, 40, (40, 30, 3))
    assert read_header(turned, max_pixels=MAX_PIXELS) == header
    upright = photo(40, 30).transpose(Image.Transpose.ROTATE_270)
    assert np.array_equal(array, np.asarray(upright))


def test_plain_and_bare_netpbm() -> None:
    assert decoded(b"P2\n# a note\n3 1\n255\n0 100 255\n")[0, :, 0].tolist() == [0, 100, 255]
    assert decoded(b"P1\n2 1\n1 0\n")[0, :, 0].tolist() == [0, 255]


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt"])
def test_a_png_with_a_long_note_is_read(kind: bytes) -> None:
    text = b"x" * 3_000_000
    packed = zlib.compress(text)
    note = {
        b"tEXt": b"Comment\0" + text,
        b"zTXt": b"Comment\0\0" + packed,
        b"iTXt": b"Comment\0\1\0\0\0" + packed,
    }[kind]
    image = png_bytes()
    at = image.index(b"IDAT") - 4
    data = image[:at] + png_file((kind, note))[8:] + image[at:]
    assert np.array_equal(decoded(data), decoded(image))


def test_16_bit_colour_is_scaled() -> None:
    row = b"\0" + struct.pack(">HHH", 0x4000, 0x8000, 0xFFFF)
    data = png_file(png_header(1, 1, depth=16), (b"IDAT", zlib.compress(row)), (b"IEND", b""))
    assert decoded(data).tolist() == [[[0x40, 0x80, 0xFF]]]


def test_cmyk_jpeg_of_adobe_is_inverted() -> None:
    # Pillow writes the Adobe marker, and therefore inverted values, as Photoshop does.
    data = encode(photo().convert("CMYK"), "JPEG", quality=95)
    assert b"Adobe" in data
    assert np.abs(decoded(data).astype(int) - pixels()).mean() < 12


def test_cmyk_jpeg_without_the_marker_is_taken_for_one_of_adobe() -> None:
    data = encode(photo().convert("CMYK"), "JPEG", quality=95)
    start = data.index(b"\xff\xee")
    (length,) = struct.unpack_from(">H", data, start + 2)
    assert np.array_equal(decoded(data[:start] + data[start + 2 + length :]), decoded(data))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_first_frame_of_an_animation(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
    assert decoded(data)[4, 4].tolist() == [255, 0, 0]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (300, 1)])
@pytest.mark.parametrize("kind", EVERY_FORMAT)
def test_images_of_one_pixel(kind: str, width: int, height: int) -> None:
    assert decoded(encode(photo(width, height), kind)).shape == (height, width, 3)


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("min_side_px", [1, 50, 63, 64, 99, 100, 101, 400, 401, 5000])
def test_draft_leaves_the_shorter_side_long_enough(min_side_px: int, orientation: int) -> None:
    data = encode(photo(803, 401), "JPEG", exif=exif_of(orientation))
    array, header = decode(data, max_pixels=MAX_PIXELS, min_side_px=min_side_px)
    assert sorted((header.width_px, header.height_px)) == [401, 803]
    assert min(array.shape[:2]) >= min(min_side_px, 401)
    if min_side_px <= 200:
        assert min(array.shape[:2]) < 401


def test_draft_changes_nothing_else() -> None:
    exact = decoded(png_bytes(400, 300))
    hinted, _ = decode(png_bytes(400, 300), max_pixels=MAX_PIXELS, min_side_px=50)
    assert np.array_equal(exact, hinted)
