"""Data sets that come with a dependency."""

from collections.abc import Iterator
from functools import partial
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tellapart.dataset.sources.listing import ListedSource, SourceFile
from tellapart.errors import MissingDependency
from tellapart.settings import Settings


class DigitsSource(ListedSource):
    """`builtin:digits`: 1,797 real handwritten digits, PNGs of 8 x 8 pixels.

    Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
    Learning Repository, 1998; its test part, as scikit-learn carries it.
    """

    def __init__(self, settings: Settings, *, unlabeled: bool) -> None:
        """Make the pictures.

        Raises:
            MissingDependency: scikit-learn is not installed.
        """
        super().__init__("builtin:digits", _digits, settings, unlabeled=unlabeled)


def _digits() -> Iterator[SourceFile]:
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise MissingDependency(
            "builtin:digits comes with scikit-learn, which is not installed. Install it with "
            "pip install 'tellapart[train]'."
        ) from error
    digits = load_digits()
    for index, (ink, label) in enumerate(zip(digits.images, digits.target, strict=True)):
        data = _png(ink)
        name = f"{label}/{index:04d}.png"
        yield SourceFile(f"digits/{name}", len(data), partial(bytes, data))


def _png(ink: NDArray[np.float64]) -> bytes:
    """A picture of values from 0 to 16."""
    file = BytesIO()
    Image.fromarray(np.rint(ink * (255 / 16)).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()
