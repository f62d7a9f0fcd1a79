"""Real handwritten digits of 8 x 8 pixels as files."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.support.images.builders import encode


@cache
def _data() -> NDArray[np.uint8]:
    """Rows of 64 shares of ink, 0 to 16, and the digit.

    From the file of scikit-learn, whose import takes seconds.
    """
    package = find_spec("sklearn")
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
    return np.loadtxt(file, delimiter=",", dtype=np.uint8)


def digit_label(number: int) -> int:
    """Which digit it is."""
    return int(_data()[number, -1])


def digit_image(number: int, shift: int = 0) -> bytes:
    """A PNG; shifted ones are images that the data set does not have."""
    pixels = (_data()[number, :-1].reshape(8, 8) * (255 / 16)).round().astype("uint8")
    if shift:
        pixels[:, :shift] = 20
    return encode(Image.fromarray(pixels), "PNG")


def digit_files(count: int) -> dict[str, bytes]:
    """The first ones by name, `class/number.png`."""
    return {f"{digit_label(n)}/{n:04d}.png": digit_image(n) for n in range(count)}
