"""What an image's own pixels say of its quality, measured once, at import.

Scores lie in 0 to 1, lower is worse. All is measured on the luma of the image at one size, so
that a JPEG decoded at a reduced scale scores like the whole one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:  # it takes longer to load than all the rest
    from tellapart.settings import Settings

# Larger images are shrunk to this longer side.
_SIDE_PX = 192
# The cosine transform is taken of the image shrunk to this side, and this many are kept each way.
_SPECTRUM_SIDE_PX = 16
_FREQUENCIES = 8
FINGERPRINT_BYTES = _FREQUENCIES**2
BLANK_FINGERPRINT = bytes([128]) * FINGERPRINT_BYTES
# An image without a frequency of this strength is blank; what is left is noise.
_FAINT = 16.0
# Luma changes by this much, of 255, because it is rounded: that is no detail.
_ROUNDING = 0.6
_LEVELS = np.arange(256)


@dataclass(frozen=True)
class ImageQuality:
    """What `measure` finds.

    Attributes:
        perceptual_hash: which of the 64 lowest frequencies are above their median, as a signed
            integer of 64 bits (Zauner 2010, "pHash").
        fingerprint: the strengths of these frequencies, finer ones weighted more, one byte each
            around 128; all 128 for a blank image.
        brightness: mean luma.
        contrast: twice the standard deviation of luma.
        sharpness: how much of its fine change a slight blur takes away; low when it is blurred.
        information: entropy of luma, by the most that this many pixels can have (8 bits).
        dark_score: the luma that 1 % of the pixels exceed.
        bright_score: 1 - the luma that 5 % of the pixels stay below.
    """

    perceptual_hash: int
    fingerprint: bytes
    brightness: float
    contrast: float
    sharpness: float
    information: float
    dark_score: float
    bright_score: float


def measure(image: Image.Image) -> ImageQuality:
    """Measure an RGB image, upright, of any size from 1 x 1.

    A reduced decode should leave a longer side of 192 pixels or more.
    """
    luma = _shrink(image.convert("L"))
    histogram = np.asarray(luma.histogram())
    shares = histogram / histogram.sum()
    mean = float(shares @ _LEVELS)
    deviation = float(shares @ (_LEVELS - mean) ** 2) ** 0.5
    below = np.cumsum(shares)
    spectrum = _spectrum(luma)
    return ImageQuality(
        perceptual_hash=_perceptual_hash(spectrum),
        fingerprint=_fingerprint(spectrum),
        brightness=mean / 255,
        contrast=min(1.0, deviation / 127.5),
        sharpness=_sharpness(np.asarray(luma, dtype=np.int16)),
        information=_information(shares, luma.width * luma.height),
        dark_score=int(np.searchsorted(below, 0.99)) / 255,
        bright_score=1 - int(np.searchsorted(below, 0.05)) / 255,
    )


def aspect_score(width_px: int, height_px: int) -> float:
    """The shorter side by the longer one."""
    return min(width_px, height_px) / max(width_px, height_px)


def image_thresholds(settings: "Settings") -> Mapping[str, float]:
    """By kind of issue, the score under which an image has it."""
    return {
        "blurry": settings.blurry_threshold,
        "dark": settings.dark_threshold,
        "bright": settings.bright_threshold,
        "low_information": settings.low_information_threshold,
        "odd_aspect": settings.odd_aspect_threshold,
    }


def _shrink(luma: Image.Image) -> Image.Image:
    factor = _SIDE_PX / max(luma.size)
    if factor >= 1:
        return luma
    size = max(1, round(luma.width * factor)), max(1, round(luma.height * factor))
    return luma.resize(size, Image.Resampling.BILINEAR)


def _information(shares: NDArray[np.float64], pixels: int) -> float:
    seen = shares[shares > 0]
    return abs(float(seen @ np.log2(seen))) / math.log2(min(256, max(2, pixels)))


def _cosines(side: int, count: int) -> NDArray[np.float32]:
    """The first rows of the orthonormal cosine transform (type II): float32 [count, side]."""
    rows, columns = np.arange(count)[:, None], np.arange(side)
    waves = np.cos(np.pi * rows * (2 * columns + 1) / (2 * side)) * np.sqrt(2 / side)
    waves[0] *= np.sqrt(0.5)
    rounded: NDArray[np.float32] = waves.astype(np.float32)
    return rounded


_WAVES = _cosines(_SPECTRUM_SIDE_PX, _FREQUENCIES)
# Fine differences tell two images apart, brightness and broad shades do not.
_WEIGHTS = np.hypot(*np.mgrid[:_FREQUENCIES, :_FREQUENCIES]).astype(np.float32)


def _spectrum(luma: Image.Image) -> NDArray[np.float32]:
    small = luma.resize((_SPECTRUM_SIDE_PX, _SPECTRUM_SIDE_PX), Image.Resampling.BOX)
    spectrum: NDArray[np.float32] = _WAVES @ np.asarray(small, dtype=np.float32) @ _WAVES.T
    return spectrum


def _perceptual_hash(spectrum: NDArray[np.float32]) -> int:
    ordered = np.sort(spectrum, axis=None)
    bits = np.packbits(spectrum > (ordered[31] + ordered[32]) / 2)
    return int.from_bytes(bits.tobytes(), "big", signed=True)


def _fingerprint(spectrum: NDArray[np.float32]) -> bytes:
    weighted = spectrum * _WEIGHTS
    largest = float(np.abs(weighted).max())
    if largest < _FAINT:
        return BLANK_FINGERPRINT
    strengths: NDArray[np.uint8] = np.rint(weighted * (127 / largest) + 128).astype(np.uint8)
    return strengths.tobytes()


def _sharpness(luma: NDArray[np.int16]) -> float:
    """How much of the change between neighbours a blur over three pixels takes away.

    Crété et al. 2007, "The blur effect": a sharp image loses much, a blurred one little.
    """
    lost, total = 0, 0.0
    for lines in (luma, luma.T):
        if lines.shape[1] > 3:
            change = np.abs(lines[:, 2:-1] - lines[:, 1:-2])
            change *= 3
            total += int(change.sum()) + 3 * _ROUNDING * change.size
            # What is left of it after the blur, also three times.
            blurred = lines[:, 3:] - lines[:, :-3]
            np.abs(blurred, out=blurred)
            np.maximum(change, blurred, out=change)
            change -= blurred
            lost += int(change.sum())
    return lost / max(1.0, total)
