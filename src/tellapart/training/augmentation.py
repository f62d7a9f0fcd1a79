"""Small random changes to training images. They stay outside the network and its export."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ImageArrays = NDArray[np.float32]

# JPEG leaves a trace of colour in images that have none.
_NO_COLOUR = 8
_FEW = 0.05


@dataclass(frozen=True)
class Augmentation:
    """What may happen to an image; 0 or False means never.

    Attributes:
        shift_px: it is moved by up to this much each way; what is missing is mirrored.
        turn_degrees: it is turned by up to this much, either way.
        zoom: its size is changed by up to this share, either way.
        flip: it is mirrored, left to right, in every other epoch (Jordan 2024): so each image is
            seen both ways equally often.
        cutout_px: from the second epoch on, a square of this side is set to the mean colour
            (DeVries & Taylor 2017). What is seen for the first time cannot be known by heart.
    """

    shift_px: int = 0
    turn_degrees: float = 0.0
    zoom: float = 0.0
    flip: bool = False
    cutout_px: int = 0

    def apply(
        self, images: ImageArrays, rows: NDArray[np.int64], epoch: int, rng: np.random.Generator
    ) -> ImageArrays:
        """Changed copies of images float32 [N, S, S, C] that are centred on 0.

        Args:
            images: they stay as they are.
            rows: their numbers [N] in the training set.
            epoch: in which they are seen.
            rng: the source of chance.
        """
        changed = self._moved(images, rng)
        if self.flip:
            # The numbers are in no order of classes or images.
            mirrored = (rows + epoch) % 2 == 1
            changed[mirrored] = changed[mirrored, :, ::-1]
        if self.cutout_px and epoch > 1:
            self._cut_out(changed, rng)
        return changed

    def _moved(self, images: ImageArrays, rng: np.random.Generator) -> ImageArrays:
        if self.turn_degrees or self.zoom:
            return _warp(images, *self._affine(len(images), rng))
        count, side = images.shape[:2]
        shifts = rng.integers(-self.shift_px, self.shift_px + 1, (count, 2, 1))
        places = side - 1 - np.abs(side - 1 - np.abs(np.arange(side) + shifts))
        rows, columns = places[:, 0, :, None], places[:, 1, None, :]
        moved: ImageArrays = images[np.arange(count)[:, None, None], rows, columns]
        return moved

    def _affine(
        self, count: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        angle = np.deg2rad(rng.uniform(-self.turn_degrees, self.turn_degrees, count))
        scale = 1 + rng.uniform(-self.zoom, self.zoom, count)
        cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
        matrices = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
        shifts = rng.uniform(-self.shift_px, self.shift_px, (count, 2))
        return matrices.astype(np.float32), shifts.astype(np.float32)

    def _cut_out(self, images: ImageArrays, rng: np.random.Generator) -> None:
        count, side = images.shape[:2]
        # The square may hang over the edge, so that the middle is not cut more than the rest.
        first = rng.integers(1 - self.cutout_px, side, (count, 2, 1))
        inside = (np.arange(side) >= first) & (np.arange(side) < first + self.cutout_px)
        images[inside[:, 0, :, None] & inside[:, 1, None, :]] = 0


def choose_augmentation(pixels: NDArray[np.uint8], *, strong: bool = False) -> Augmentation:
    """What images uint8 [N, S, S, 3] may be changed by without becoming another class.

    Those without colour may be writing or drawings: mirrored they would mean something else, and a
    hole may hide all that matters. Photos bear both.

    Args:
        pixels: some of the training images.
        strong: for a network that soon knows photos by heart.
    """
    side = pixels.shape[1]
    if are_in_colour(pixels):
        if strong:
            return Augmentation(shift_px=side // 8, flip=True, cutout_px=3 * side // 8)
        return Augmentation(shift_px=side // 16, flip=True, cutout_px=side // 4)
    return Augmentation(shift_px=side // 8, turn_degrees=15, zoom=0.15)


def are_in_colour(pixels: NDArray[np.uint8]) -> bool:
    """Whether more than a few of the images uint8 [N, S, S, 3] have colours."""
    colour = np.ptp(pixels, axis=-1).max(axis=(1, 2))
    return bool((colour > _NO_COLOUR).mean() >= _FEW)


def _warp(
    images: ImageArrays, matrices: NDArray[np.float32], shifts: NDArray[np.float32]
) -> ImageArrays:
    """Bilinear: a pixel of the result comes from matrix @ (its place from the middle) + shift."""
    count, side = images.shape[:2]
    axis = np.arange(side, dtype=np.float32) - (side - 1) / 2
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)
    places = grid @ matrices.transpose(0, 2, 1) + shifts[:, None] + (side - 1) / 2
    places = np.clip(places, 0, side - 1)
    low = np.minimum(places.astype(np.int64), side - 2)
    part = (places - low).astype(np.float32)
    flat = images.reshape(count, side * side, -1)
    corner = low[..., 0] * side + low[..., 1]
    number = np.arange(count)[:, None]
    result = np.zeros_like(flat)
    for down in (0, 1):
        for right in (0, 1):
            weight = np.abs(1 - down - part[..., 0]) * np.abs(1 - right - part[..., 1])
            result += flat[number, corner + down * side + right] * weight[..., None]
    return result.reshape(images.shape)
