"""Images that a data set keeps as bare pixels."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def png(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG of uint8 pixels, (height, width) or (height, width, 3)."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
