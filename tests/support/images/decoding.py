"""PNG files chunk by chunk, and what the decoder makes of files."""

import struct
import zlib

import numpy as np
from PIL import Image

from tellapart.images.decode import decode

MAX_PIXELS = 1_000_000
EVERY_FORMAT = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM"]


def decoded(data: bytes) -> np.ndarray:
    return decode(data, max_pixels=MAX_PIXELS)[0]


def png_header(width: int, height: int, depth: int = 8, color: int = 2) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)


def exif_of(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def png_file(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
