"""Real handwritten digits of 8 x 8 pixels as files."""

from functools import cache
from typing import Any

from PIL import Image

from tests.support.builders import encode


@cache
def _data() -> Any:
    # It takes seconds to import, and few files of tests need it.
    from sklearn.datasets import load_digits

    return load_digits()


def digit_image(number: int, shift: int = 0) -> bytes:
    """A PNG; shifted ones are images that the data set does not have."""
    pixels = (_data().images[number] * (255 / 16)).round().astype("uint8")
    if shift:
        pixels[:, :shift] = 20
    return encode(Image.fromarray(pixels), "PNG")


def digit_files(count: int) -> dict[str, bytes]:
    """The first ones by name, `class/number.png`."""
    return {f"{_data().target[n]}/{n:04d}.png": digit_image(n) for n in range(count)}
