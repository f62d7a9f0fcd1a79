"""Data sets that come with a dependency."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from tellapart.errors import MissingDependency, SourceNotFound
from tellapart.intake.sources.items import DownloadReport, Source
from tellapart.intake.sources.listing import ListedSource, SourceFile
from tellapart.intake.sources.records.pixels import png
from tellapart.intake.sources.specs import KNOWN
from tellapart.settings import Settings


def open_builtin(
    name: str,
    settings: Settings,
    *,
    unlabeled: bool,
    on_download: DownloadReport,  # noqa: ARG001 - nothing is downloaded
) -> Source:
    """Open `builtin:digits`.

    Raises:
        SourceNotFound: it is another name.
        MissingDependency: scikit-learn is not installed.
    """
    if name != "digits":
        raise SourceNotFound(f"There is no data set 'builtin:{name[:80]}'. Give {KNOWN}.")
    return DigitsSource(settings, unlabeled=unlabeled)


class DigitsSource(ListedSource):
    """`builtin:digits`: 1,797 real handwritten digits, PNGs of 8 x 8 pixels.

    Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
    Learning Repository, 1998; its test part, as scikit-learn carries it.
    """

    def __init__(self, settings: Settings, *, unlabeled: bool) -> None:
        """Make the images.

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
        data = png(np.rint(ink * (255 / 16)).astype(np.uint8))  # ink is 0 to 16
        name = f"{label}/{index:04d}.png"
        yield SourceFile(f"digits/{name}", len(data), partial(bytes, data))
