import numpy as np
import pytest

from tellapart.images.decode import decode
from tellapart.images.thumbnails import media_type, thumbnail
from tests.support.images.builders import photo, pixels


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((500, 375), (192, 144)),
        ((375, 500), (144, 192)),
        ((100, 80), (100, 80)),
        ((5000, 2), (192, 1)),
        ((1, 4000), (1, 192)),
        ((192, 192), (192, 192)),
        ((250, 188), (250, 188)),
        ((257, 188), (192, 140)),
    ],
)
def test_size(size: tuple[int, int], expected: tuple[int, int]) -> None:
    data = thumbnail(photo(*size), 192)
    _, header = decode(data, max_pixels=10**6)
    assert (header.width_px, header.height_px) == expected
    assert header.format == "JPEG"
    assert media_type(data) == "image/jpeg"


@pytest.mark.parametrize("size", [(8, 8), (32, 32), (63, 10), (1, 1)])
def test_tiny_images_are_kept_exactly(size: tuple[int, int]) -> None:
    data = thumbnail(photo(*size), 192)
    assert np.array_equal(decode(data, max_pixels=10**6)[0], pixels(*size))
    assert media_type(data) == "image/png"


def test_it_looks_like_the_image() -> None:
    big = pixels(400, 400)
    small, _ = decode(thumbnail(photo(400, 400), 100), max_pixels=10**6)
    means = big.reshape(100, 4, 100, 4, 3).mean((1, 3))
    assert np.abs(small - means).mean() < 8
