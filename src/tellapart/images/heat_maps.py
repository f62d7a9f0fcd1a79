"""Where a model looks: its activation maps as an image to lay over the one that it was asked."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tellapart.images.preprocessing import PreprocessingSpec, shown_parts

_LONGER_SIDE_PX = 320
# From little to much evidence. Both stand out from photos, in the light and the dark.
_LITTLE = np.array([255, 214, 10], np.float32)
_MUCH = np.array([225, 29, 72], np.float32)
_MOST_OPAQUE = 0.75


def heat_map(
    maps: NDArray[np.float32], label: int, spec: PreprocessingSpec, size: tuple[int, int]
) -> bytes:
    """A PNG with transparency, in the shape of the whole upright image.

    It shows how much more each place supports a class than for the others on average; what
    opposes it, and what the network does not see, is transparent.

    Args:
        maps: the activation maps of all classes, float32 [K, h, w].
        label: the class, 0 to K - 1.
        spec: how the image was prepared.
        size: width and height of the upright image in pixels.
    """
    finite = np.nan_to_num(maps, posinf=0, neginf=0)
    evidence = np.maximum(finite[label] - finite.mean(axis=0), 0)
    strongest = max(float(evidence.max()), 1e-9)
    return _painted(_on_image(evidence / strongest, spec, size))


def _on_image(
    evidence: NDArray[np.float32], spec: PreprocessingSpec, size: tuple[int, int]
) -> NDArray[np.float32]:
    """The map [h, w] of the network's input as one of the image, at most 320 px wide or high."""
    factor = _LONGER_SIDE_PX / max(size)
    width, height = (max(1, round(side * factor)) for side in size)
    seen, inside = shown_parts(spec, size)
    left, top = round(seen[0] * width), round(seen[1] * height)
    right, bottom = max(left + 1, round(seen[2] * width)), max(top + 1, round(seen[3] * height))
    rows, columns = evidence.shape
    box = (inside[0] * columns, inside[1] * rows, inside[2] * columns, inside[3] * rows)
    enlarged = Image.fromarray(evidence.astype(np.float32)).resize(
        (right - left, bottom - top), Image.Resampling.BICUBIC, box=box
    )
    whole = np.zeros((max(height, bottom), max(width, right)), np.float32)
    whole[top:bottom, left:right] = np.clip(np.asarray(enlarged), 0, 1)
    return whole


def _painted(values: NDArray[np.float32]) -> bytes:
    share = values[:, :, None]
    colours = _LITTLE + (_MUCH - _LITTLE) * share
    pixels = np.concatenate([colours, share * (255 * _MOST_OPAQUE)], axis=2)
    file = BytesIO()
    Image.fromarray(np.rint(pixels).astype(np.uint8)).save(file, "PNG", compress_level=6)
    return file.getvalue()
