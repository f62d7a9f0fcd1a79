"""Bytes to pixels. The only file that opens image bytes.

Whatever the bytes are, the outcome is RGB pixels or an `InvalidImage`. Pillow's reader classes are
used directly, not through `Image.open`: that one checks the size against a limit that is global to
the process and speaks by warnings, and what is allowed here is said by the caller.
"""

import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.PpmImagePlugin import PpmImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from tellapart.errors import ImageTooLarge, NotAnImage, TruncatedImage
from tellapart.images.png_notes import without_notes
from tellapart.images.samples import to_8_bits

READABLE_FORMATS = "JPEG, PNG, WebP, GIF, BMP, TIFF, PPM or PGM"

_ORIENTATION_TAG = 0x0112
_UPRIGHT: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_DEEP = ("I", "F")
_BMP_HEADER_SIZES = (12, 16, 40, 52, 56, 64, 108, 124)
# What Pillow raises with words of its own; others speak of its code.
_TELLING = (OSError, SyntaxError, EOFError)
_NETPBM = re.compile(rb"P[1-6]\s+(#|\d)")
# What people send instead of images, so that the message can name it.
_OTHER_FILES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"8BPS", "a Photoshop file"),
    (b"\0\0\1\0", "a Windows icon"),
)


@dataclass(frozen=True)
class ImageHeader:
    """What the header of an image says.

    Width and height are those of the whole image after its EXIF rotation, also when fewer
    pixels were decoded. `exif_orientation` is 1 (upright) to 8.
    """

    format: str
    width_px: int
    height_px: int
    exif_orientation: int


class _Jpeg(JpegImageFile):
    """A JPEG whose EXIF is left alone: Pillow warns of damage in tags that nobody asked for."""

    def _read_dpi_from_exif(self) -> None:
        return


_READERS: tuple[tuple[tuple[bytes, ...], str, Callable[[BytesIO], ImageFile]], ...] = (
    ((b"\xff\xd8\xff",), "JPEG", _Jpeg),
    ((b"\x89PNG\r\n\x1a\n",), "PNG", PngImageFile),
    ((b"GIF87a", b"GIF89a"), "GIF", GifImageFile),
    ((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), "TIFF", TiffImageFile),
)


def is_image_start(start: bytes) -> bool:
    """Whether a file that starts with these bytes, some 32 of them, is of a format that is read."""
    try:
        _recognize(start)
    except NotAnImage:
        return False
    return True


def read_header(data: bytes, *, max_pixels: int) -> ImageHeader:
    """Format, size and orientation, without decoding a pixel.

    Raises:
        NotAnImage: the bytes are of no format that we read.
        ImageTooLarge: the header announces more than `max_pixels` pixels.
        TruncatedImage: the header is damaged.
    """
    return _open(data, max_pixels)[1]


def decode(
    data: bytes,
    *,
    max_pixels: int,
    min_side_px: int | None = None,
    min_longer_side_px: int | None = None,
) -> tuple[NDArray[np.uint8], ImageHeader]:
    """The pixels of an image: RGB, uint8, shape (height, width, 3), upright, read-only.

    Args:
        data: a JPEG, PNG, WebP, GIF, BMP, TIFF, PPM, PGM or PBM file; of several frames or pages,
            the first. Samples of more than 8 bits: see `samples.to_8_bits`.
        max_pixels: an image with more pixels is refused by its header.
        min_side_px: a JPEG may come back at a half, a quarter or an eighth of its size, as long as
            its shorter side is not under this many pixels; that is about three times faster.
        min_longer_side_px: the same for its longer side.

    Raises:
        NotAnImage: the bytes are of no format that we read.
        ImageTooLarge: the header announces more than `max_pixels` pixels.
        TruncatedImage: the pixels are cut off or damaged.
    """
    image, header = decode_image(
        data,
        max_pixels=max_pixels,
        min_side_px=min_side_px,
        min_longer_side_px=min_longer_side_px,
    )
    return np.asarray(image), header


def decode_image(
    data: bytes,
    *,
    max_pixels: int,
    min_side_px: int | None = None,
    min_longer_side_px: int | None = None,
) -> tuple[Image.Image, ImageHeader]:
    """Like `decode`, as a Pillow image of mode RGB: for those who resize it next."""
    image, header = _open(data, max_pixels)
    with _reporting_damage(header.format):
        if min_side_px is not None:
            # Only JPEG can; Pillow takes the smallest scale whose sides are at least these.
            image.draft(None, (min_side_px, min_side_px))
        elif min_longer_side_px is not None:
            factor = min_longer_side_px / max(image.size)
            image.draft(None, (ceil(image.width * factor), ceil(image.height * factor)))
        image.load()
        rgb = _to_rgb(image)
        turn = _UPRIGHT.get(header.exif_orientation)
        return (rgb if turn is None else rgb.transpose(turn)), header


def _open(data: bytes, max_pixels: int) -> tuple[ImageFile, ImageHeader]:
    name, reader = _recognize(data)
    if name == "WEBP":
        # libwebp reserves its canvas on opening, so the limit has to come before.
        _check_size(name, *_webp_size(data), max_pixels)
    with _reporting_damage(name):
        image = reader(BytesIO(without_notes(data) if name == "PNG" else data))
        orientation = _orientation(image.info.get("exif"))
    _check_size(name, *image.size, max_pixels)
    width, height = image.size if orientation < 5 else image.size[::-1]
    return image, ImageHeader(name, width, height, orientation)


def _recognize(data: bytes) -> tuple[str, Callable[[BytesIO], ImageFile]]:
    for starts, name, reader in _READERS:
        if data.startswith(starts):
            return name, reader
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP", WebPImageFile
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADER_SIZES:
        return "BMP", BmpImageFile
    if _NETPBM.match(data):
        return "PPM", PpmImageFile
    raise NotAnImage(
        f"This is {_describe(data)}, not a picture that can be read. Send {READABLE_FORMATS}."
    )


def _describe(data: bytes) -> str:
    if not data:
        return "an empty file"
    for magic, description in _OTHER_FILES:
        if data.startswith(magic):
            return description
    if data[4:8] == b"ftyp":
        return "a HEIC, AVIF or video file"
    return _describe_text(data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower())


def _describe_text(start: bytes) -> str:
    if b"<svg" in start:
        return "an SVG drawing"
    if start.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    if all(byte >= 32 or byte in b"\t\r\n\f" for byte in start):
        return "a text file"
    return "a file of an unknown format"


def _check_size(name: str, width: int, height: int, max_pixels: int) -> None:
    if width < 1 or height < 1:
        raise NotAnImage(f"This {name} is {width} x {height} pixels: there is nothing to see.")
    if width * height > max_pixels:
        raise ImageTooLarge(
            f"This {name} is {width:,} x {height:,} pixels; at most {max_pixels:,} pixels are "
            "read. Send a smaller picture."
        )


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height by the header (RFC 9649, sections 2.5 to 2.7)."""
    kind = data[12:16]
    if len(data) >= 30 and kind == b"VP8X":
        width, height = data[24:27], data[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if len(data) >= 30 and kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if len(data) >= 25 and kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise TruncatedImage("This WEBP is damaged: its header is cut off. Send the whole file.")


def _orientation(exif: object) -> int:
    """The orientation tag of the first directory of an EXIF block; 1 when it makes no sense."""
    if not isinstance(exif, bytes):
        return 1
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for position in range(start + 2, start + 2 + 12 * count, 12):
            tag, _type, _count, value = struct.unpack_from(order + "HHIH", tiff, position)
            if tag == _ORIENTATION_TAG:
                return value if value in _UPRIGHT else 1
    except struct.error:
        pass
    return 1


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in _DEEP or image.mode.startswith("I;16"):
        # Pillow's own conversion clips at 255.
        return Image.fromarray(to_8_bits(np.asarray(image))).convert("RGB")
    if image.has_transparency_data:
        return _on_white(image.convert("RGBA"))
    return image if image.mode == "RGB" else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    alpha = image.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return image.convert("RGB")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=alpha)
    return white


@contextmanager
def _reporting_damage(name: str) -> Iterator[None]:
    try:
        yield
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge(
            f"This {name} needs more memory than there is. Send a smaller picture."
        ) from error
    except Exception as error:
        # Damaged bytes make Pillow raise nearly anything: OSError, SyntaxError, ValueError,
        # struct.error, zlib.error, EOFError, ZeroDivisionError, warnings …
        own_words = isinstance(error, _TELLING) and error.__cause__ is None
        said = f" ({error})" if own_words else ""
        raise TruncatedImage(
            f"This {name} is damaged or cut off{said}. Send the whole file."
        ) from error
