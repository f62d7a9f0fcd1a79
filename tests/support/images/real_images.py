"""Small data sets of real images that come with installed packages: no network, no archive.

Each image is a file, its class, and its group, which is held out as a whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.support.images.builders import encode
from tests.support.images.digit_images import digit_image, digit_label

_LETTERS = "ABEGHKMR"
_WORDS = ("bright", "fright", "flight", "slight", "bridge", "fridge")
# Text typefaces of matplotlib; those of symbols have no letters.
_TYPEFACES = (
    *(f"DejaVuSans{style}" for style in ("", "-Bold", "-Oblique", "-BoldOblique")),
    *(f"DejaVuSansMono{style}" for style in ("", "-Bold", "-Oblique", "-BoldOblique")),
    *(f"DejaVuSerif{style}" for style in ("", "-Bold", "-Italic", "-BoldItalic")),
    *(f"STIXGeneral{style}" for style in ("", "Bol", "Italic", "BolIta")),
    *("cmr10", "cmti10", "cmss10", "cmb10", "cmtt10"),
)
_FAMILIES = ("DejaVuSans", "DejaVuSerif", "DejaVuSansMono", "STIXGeneral", "cmr10")


@dataclass(frozen=True)
class RealImage:
    """An image file of a class; those of one `group` are alike."""

    data: bytes
    label: str
    group: int


def digits() -> Iterator[RealImage]:
    """Handwritten, 8 px."""
    for number in range(200):
        yield RealImage(digit_image(number), str(digit_label(number)), number)


def letters() -> Iterator[RealImage]:
    """In typefaces that are held out as a whole."""
    for group, name in enumerate(_TYPEFACES[::2]):
        for letter in _LETTERS:
            yield RealImage(_text(letter, name, 32), letter, group)


def typefaces() -> Iterator[RealImage]:
    """Which typeface it is, by letters that are held out."""
    for group, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabdeghmq"):
        for name in _FAMILIES:
            yield RealImage(_text(letter, name, 32), name, group)


def words() -> Iterator[RealImage]:
    """Wide images: words that differ at their ends."""
    for group, name in enumerate(_TYPEFACES[:15]):
        for word in _WORDS:
            yield RealImage(_text(word, name, 18, width_px=72), word, group)


def photos() -> Iterator[RealImage]:
    """Pieces of two photos without their colours: from which of them."""
    for label in ("china", "flower"):
        for group, piece in enumerate(_pieces(label, 48)):
            yield RealImage(encode(piece.convert("L"), "PNG"), label, group)


SETS: dict[str, Callable[[], Iterator[RealImage]]] = {
    each.__name__: each for each in (digits, letters, typefaces, words, photos)
}


def _pieces(photo: str, side_px: int) -> Iterator[Image.Image]:
    image = Image.open(_folder("sklearn") / "datasets" / "images" / f"{photo}.jpg")
    for top in range(0, image.height - side_px + 1, 2 * side_px):
        for left in range(0, image.width - side_px + 1, side_px):
            yield image.crop((left, top, left + side_px, top + side_px))


def _text(text: str, typeface: str, size_px: int, *, width_px: int = 48) -> bytes:
    path = _folder("matplotlib") / "mpl-data" / "fonts" / "ttf" / f"{typeface}.ttf"
    image = Image.new("L", (width_px, 48), 255)
    middle = (image.width / 2, image.height / 2)
    font = ImageFont.truetype(str(path), size_px)
    ImageDraw.Draw(image).text(middle, text, 0, font, anchor="mm")
    return encode(image, "PNG")


@cache
def _folder(package: str) -> Path:
    """Of an installed package, whose import would take seconds."""
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent
