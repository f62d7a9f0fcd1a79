from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tellapart.images.heat_maps import heat_map
from tellapart.images.preprocessing import PreprocessingSpec, ResizeMode, prepare
from tests.support.images.builders import encode


def drawn(maps: NDArray[np.float32], mode: ResizeMode, size: tuple[int, int]) -> NDArray[np.uint8]:
    image = Image.open(BytesIO(heat_map(maps, 0, PreprocessingSpec(64, 64, mode), size)))
    assert image.mode == "RGBA"
    return np.asarray(image)


def maps_of(size: tuple[int, int], spot: tuple[int, int], mode: ResizeMode) -> NDArray[np.float32]:
    """What a network would give that looks for white, of an image with one white spot."""
    image = Image.new("RGB", size, "black")
    image.paste("white", (spot[0] - 8, spot[1] - 8, spot[0] + 8, spot[1] + 8))
    seen = prepare(encode(image, "PNG"), PreprocessingSpec(64, 64, mode), max_pixels=10**6)
    cells = seen[:, :, 0].reshape(16, 4, 16, 4).mean(axis=(1, 3)).astype(np.float32)
    return np.stack([cells, np.zeros_like(cells)])


@pytest.mark.parametrize("mode", ["stretch", "crop", "letterbox"])
@pytest.mark.parametrize("size", [(160, 80), (80, 160), (96, 96)])
def test_the_map_lies_over_what_it_speaks_of(mode: ResizeMode, size: tuple[int, int]) -> None:
    # Off the middle, and still inside what `crop` leaves.
    spot = (size[0] // 2 + 12, size[1] // 2 - 16)
    pixels = drawn(maps_of(size, spot, mode), mode, size)
    factor = 320 / max(size)
    assert pixels.shape == (round(size[1] * factor), round(size[0] * factor), 4)
    opacity = pixels[:, :, 3].astype(float)
    ys, xs = np.mgrid[: opacity.shape[0], : opacity.shape[1]]
    centre = (opacity * xs).sum() / opacity.sum(), (opacity * ys).sum() / opacity.sum()
    assert centre == pytest.approx((spot[0] * factor, spot[1] * factor), abs=6)


def test_what_the_network_does_not_see_is_transparent() -> None:
    everywhere = np.stack([np.ones((4, 4)), np.zeros((4, 4))]).astype(np.float32)
    opacity = drawn(everywhere, "crop", (320, 160))[:, :, 3]
    assert opacity[:, 80:240].min() > 150
    assert opacity[:, :79].max() == opacity[:, 241:].max() == 0


@pytest.mark.parametrize("value", [0.0, -3.0, np.nan, np.inf])
def test_without_evidence_all_is_transparent(value: float) -> None:
    maps = np.stack([np.full((4, 4), value), np.zeros((4, 4))]).astype(np.float32)
    assert drawn(maps, "stretch", (40, 30))[:, :, 3].max() == 0


def test_a_very_long_image_is_borne() -> None:
    maps = np.ones((2, 4, 4), np.float32) * np.array([1, 0], np.float32)[:, None, None]
    assert drawn(maps, "crop", (5000, 1)).shape == (1, 320, 4)
    assert drawn(maps, "letterbox", (1, 5000)).shape == (320, 1, 4)
