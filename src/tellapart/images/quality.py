"""What a picture's own pixels say of its quality, measured once, at import.

Scores lie in 0 to 1, lower is worse. All is measured on the luma of the picture at one size, so
that a JPEG decoded at a reduced scale scores like the whole one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tellapart.settings import Settings

# Larger pictures are shrunk to this longer side.
_SIDE_PX = 192
_FINGERPRINT_SIDE_PX = 16
FINGERPRINT_BYTES = _FINGERPRINT_SIDE_PX**2
_HASH_SIDE = 8
_BLUR_RADIUS_PX = 2
# Luma changes by about this much between neighbours without being detail, in steps of 1/255.
_NOISE = 0.3
_LEVELS = np.arange(256)


@dataclass(frozen=True, slots=True)
class ImageQuality:
    """What `measure` finds.

    Attributes:
        perceptual_hash: pHash, 64 bits as a signed integer.
        fingerprint: the picture as 16 x 16 pixels of luma, stretched to the full range.
        brightness: mean luma.
        contrast: twice the standard deviation of luma.
        sharpness: low when there is no fine detail; see `docs/concepts/quality.md`.
        information: entropy of luma, by its maximum of 8 bits.
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


def measure(pixels: NDArray[np.uint8]) -> ImageQuality:
    """Measure a picture.

    Args:
        pixels: RGB, upright, shape (height, width, 3), any size from 1 x 1; a reduced decode
            should leave a longer side of 192 pixels or more.
    """
    luma = _shrink(Image.fromarray(pixels).convert("L"))
    histogram = np.asarray(luma.histogram())
    shares = histogram / histogram.sum()
    mean = float(shares @ _LEVELS)
    deviation = float(shares @ (_LEVELS - mean) ** 2) ** 0.5
    below = np.cumsum(shares)
    fingerprint = _fingerprint(luma)
    seen = shares[shares > 0]
    return ImageQuality(
        perceptual_hash=_perceptual_hash(fingerprint),
        fingerprint=fingerprint.tobytes(),
        brightness=mean / 255,
        contrast=min(1.0, deviation / 127.5),
        sharpness=_sharpness(luma),
        information=abs(float(seen @ np.log2(seen))) / 8,
        dark_score=int(np.searchsorted(below, 0.99)) / 255,
        bright_score=1 - int(np.searchsorted(below, 0.05)) / 255,
    )


def aspect_score(width_px: int, height_px: int) -> float:
    """The shorter side by the longer one."""
    return min(width_px, height_px) / max(width_px, height_px)


def image_thresholds(settings: Settings) -> Mapping[str, float]:
    """By kind of issue, the score under which a picture has it."""
    return {
        "blurry": settings.blurry_threshold,
        "dark": settings.dark_threshold,
        "bright": settings.bright_threshold,
        "low_information": settings.low_information_threshold,
        "odd_aspect": settings.odd_aspect_threshold,
    }


def issues_of(
    quality: ImageQuality, width_px: int, height_px: int, settings: Settings
) -> dict[str, float]:
    """The kinds of issue that a picture has, with their scores."""
    scores = {
        "blurry": quality.sharpness,
        "dark": quality.dark_score,
        "bright": quality.bright_score,
        "low_information": quality.information,
        "odd_aspect": aspect_score(width_px, height_px),
    }
    thresholds = image_thresholds(settings)
    return {kind: score for kind, score in scores.items() if score < thresholds[kind]}


def _shrink(luma: Image.Image) -> Image.Image:
    factor = _SIDE_PX / max(luma.size)
    if factor >= 1:
        return luma
    size = max(1, round(luma.width * factor)), max(1, round(luma.height * factor))
    return luma.resize(size, Image.Resampling.BILINEAR)


def _fingerprint(luma: Image.Image) -> NDArray[np.uint8]:
    side = _FINGERPRINT_SIDE_PX
    small = np.asarray(luma.resize((side, side), Image.Resampling.BOX), dtype=np.float32)
    low, high = small.min(), small.max()
    stretched = (small - low) * (255 / max(1.0, float(high - low)))
    fingerprint: NDArray[np.uint8] = np.rint(stretched).astype(np.uint8)
    return fingerprint


def _cosines(side: int, count: int) -> NDArray[np.float32]:
    """The first rows of the discrete cosine transform (type II): float32 [count, side]."""
    rows, columns = np.arange(count)[:, None], np.arange(side)
    return np.cos(np.pi * rows * (2 * columns + 1) / (2 * side)).astype(np.float32)


_COSINES = _cosines(_FINGERPRINT_SIDE_PX, _HASH_SIDE)


def _perceptual_hash(fingerprint: NDArray[np.uint8]) -> int:
    """Which of the 64 lowest frequencies are above their median (Zauner 2010, "pHash")."""
    spectrum = (_COSINES @ fingerprint.astype(np.float32) @ _COSINES.T).ravel()
    bits = np.packbits(spectrum > np.median(spectrum))
    return int.from_bytes(bits.tobytes(), "big", signed=True)


def _sharpness(luma: Image.Image) -> float:
    """How much of the change between neighbours a blur takes away (Crété et al. 2007).

    A sharp picture loses most of it, a blurred one hardly any.
    """
    lost = total = 0
    for axis, radii in ((1, (_BLUR_RADIUS_PX, 0)), (0, (0, _BLUR_RADIUS_PX))):
        blurred = luma.filter(ImageFilter.BoxBlur(radii))
        before, after = (
            np.abs(np.diff(np.asarray(image, dtype=np.int16), axis=axis))
            for image in (luma, blurred)
        )
        total += int(before.sum())
        lost += int(np.maximum(before - after, 0).sum())
    return lost / (total + _NOISE * 2 * luma.width * luma.height)
