"""Tiny real images, folders and archives to test with. The same arguments give the same bytes.

Each class has a look of its own (two hues and a stripe pattern, by its name), so that a model can
tell the classes apart; each image of a class has its own noise and shade, so that no two are
equal or nearly so.
"""

import colorsys
import zipfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Size = tuple[int, int]
# Many tests take the same few, and to make one takes milliseconds.
_KEPT_FILES = 2000


def photo(width: int = 48, height: int = 40, *, seed: int = 0, look: str = "cats") -> Image.Image:
    """An RGB image: the stripes and the hues of `look`, with noise that depends on `seed`."""
    rng = np.random.default_rng([seed, width, height])
    style = np.random.default_rng(crc32(look.encode()))
    dark, light = style.permutation(12)[:2] / 12
    angle, waves = style.uniform(0, np.pi), style.uniform(2, 6)
    y, x = np.mgrid[0:height, 0:width]
    along = (x * np.cos(angle) + y * np.sin(angle)) / max(width, height)
    stripes = 0.5 + 0.5 * np.sin(2 * np.pi * (waves * along + rng.uniform(0, 1)))[:, :, None]
    pixels = (1 - stripes) * np.array(colorsys.hsv_to_rgb(dark, 0.8, 110))
    pixels += stripes * np.array(colorsys.hsv_to_rgb(light, 0.8, 230))
    pixels += rng.normal(0, 14, pixels.shape)
    # Light and shade in other places, or many of a class would be near-duplicates.
    shade = Image.fromarray(rng.normal(0, 32, (4, 5)).astype(np.float32))
    pixels += np.asarray(shade.resize((width, height), Image.Resampling.BILINEAR))[:, :, None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def pixels(width: int = 48, height: int = 40, *, seed: int = 0, look: str = "cats") -> NDArray[Any]:
    """The same image as uint8 pixels, (height, width, 3)."""
    return np.asarray(photo(width, height, seed=seed, look=look))


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A Pillow image as a file of a kind, such as JPEG or PNG."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@lru_cache(_KEPT_FILES)
def jpeg_bytes(width: int = 48, height: int = 40, *, seed: int = 0, look: str = "cats") -> bytes:
    """A JPEG file."""
    return encode(photo(width, height, seed=seed, look=look), "JPEG", quality=90)


@lru_cache(_KEPT_FILES)
def png_bytes(width: int = 48, height: int = 40, *, seed: int = 0, look: str = "cats") -> bytes:
    """A PNG file."""
    return encode(photo(width, height, seed=seed, look=look), "PNG")


def class_files(
    classes: Mapping[str, int], *, size: Size = (48, 40), first_seed: int = 0
) -> dict[str, bytes]:
    """JPEG files by name, `class/0000.jpg` and on: the layout that is most common."""
    return {
        f"{name}/{index:04d}.jpg": jpeg_bytes(*size, seed=first_seed + index, look=name)
        for name, count in classes.items()
        for index in range(count)
    }


def make_folder(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write files by their relative names."""
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def make_image_folder(
    path: Path,
    classes: Mapping[str, int] | None = None,
    *,
    size: Size = (48, 40),
    first_seed: int = 0,
) -> Path:
    """A folder of JPEGs, one folder a class; another `first_seed` gives other images."""
    counts = {"cats": 12, "dogs": 12} if classes is None else classes
    return make_folder(path, class_files(counts, size=size, first_seed=first_seed))


def make_zip(path: Path, files: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> Path:
    """A ZIP of files by name. Pairs instead of a mapping may repeat a name."""
    pairs = files.items() if isinstance(files, Mapping) else files
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in pairs:
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return path


def make_image_zip(
    path: Path,
    classes: Mapping[str, int] | None = None,
    *,
    size: Size = (48, 40),
    first_seed: int = 0,
) -> Path:
    """A ZIP of JPEGs, one folder a class."""
    counts = {"cats": 12, "dogs": 12} if classes is None else classes
    return make_zip(path, class_files(counts, size=size, first_seed=first_seed))


def patched(path: Path, old: bytes, new: bytes) -> Path:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    return path
