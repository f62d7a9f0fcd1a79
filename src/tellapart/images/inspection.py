"""What an import learns from the bytes of an image: its header, its quality and a thumbnail.

This module needs Pillow and NumPy and no more, so that a process for it starts in a moment.
"""

import pickle
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from tellapart.errors import InvalidImage
from tellapart.images.decode import ImageHeader, decode_image
from tellapart.images.quality import ImageQuality, measure
from tellapart.images.thumbnails import thumbnail

# Such an image is its own thumbnail.
_SMALL_BYTES = 32 * 1024
_SHOWN_BY_BROWSERS = ("JPEG", "PNG")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What there is to know of an image; `thumbnail` is None when it is its own."""

    header: ImageHeader
    quality: ImageQuality
    thumbnail: bytes | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the bytes are no image: the `code` of an error and a sentence."""

    code: str
    reason: str


def inspect_images(
    images: Sequence[bytes], max_pixels: int, thumbnail_px: int
) -> list[Inspection | Refusal]:
    """Decode, measure and make a thumbnail of each."""
    return [_inspect(data, max_pixels, thumbnail_px) for data in images]


def serve() -> None:
    """Answer calls of `inspect_images` that come in pickled, until there are no more."""
    calls, answers = sys.stdin.buffer, sys.stdout.buffer
    with suppress(EOFError, BrokenPipeError):
        while True:
            pickle.dump(inspect_images(*pickle.load(calls)), answers)  # noqa: S301 - from our parent
            answers.flush()


def _inspect(data: bytes, max_pixels: int, thumbnail_px: int) -> Inspection | Refusal:
    try:
        image, header = decode_image(data, max_pixels=max_pixels, min_longer_side_px=thumbnail_px)
    except InvalidImage as error:
        return Refusal(error.code, str(error))
    own = _is_own_thumbnail(data, header, thumbnail_px)
    return Inspection(header, measure(image), None if own else thumbnail(image, thumbnail_px))


def _is_own_thumbnail(data: bytes, header: ImageHeader, thumbnail_px: int) -> bool:
    return (
        len(data) <= _SMALL_BYTES
        and max(header.width_px, header.height_px) <= thumbnail_px
        and header.format in _SHOWN_BY_BROWSERS
        and header.exif_orientation == 1
    )
