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
from tellapart.images.decode import ImageHeader, decode, read_header
from tests.support.images.builders import encode, jpeg_bytes, photo, pixels, png_bytes

MAX_PIXELS = 1_000_000
EVERY_FORMAT = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM"]


def decoded(data: bytes) -> np.ndarray:
    return decode(data, max_pixels=MAX_PIXELS)[0]


def png_file(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def png_header(width: int, height: int, depth: int = 8, color: int = 2) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)


def exif_of(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


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
