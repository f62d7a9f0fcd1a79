"""Faults planted in a folder of real images, with a table that says what was done to which."""

import json
import random
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter

COUNTS = {
    "exact_duplicate": 200,
    "near_duplicate": 200,
    "label": 200,
    "blurry": 100,
    "dark": 100,
    "corrupt": 50,
}


@dataclass(frozen=True)
class DatasetImage:
    """A file of the planted folder: its name, its class by right, and what is wrong with it.

    `source` is the file that a duplicate was made from.
    """

    name: str
    label: str
    fault: str | None = None
    source: str | None = None


def plant(archive: Path, folder: Path, *, images: int | None, seed: int) -> list[DatasetImage]:
    """Write the images of an archive with faults among them; also as `truth.json` beside.

    Args:
        archive: a ZIP of JPEGs, one folder a class.
        folder: where the images go, one folder a class.
        images: how many of the archive are taken; None takes all.
        seed: what is taken, and what becomes of it.
    """
    chance = random.Random(seed)
    with zipfile.ZipFile(archive) as opened:
        names = sorted(name for name in opened.namelist() if name.endswith(".jpg"))
        names = chance.sample(names, images or len(names))
        files = {f"{index:05d}.jpg": opened.read(name) for index, name in enumerate(names)}
    labels = {file: name.split("/")[-2] for file, name in zip(files, names, strict=True)}
    truth = []
    for image, label, data in _with_faults(files, labels, chance):
        (folder / label).mkdir(parents=True, exist_ok=True)
        (folder / label / image.name).write_bytes(data)
        truth.append(image)
    document = json.dumps([asdict(image) for image in truth], indent=1)
    (folder.parent / "truth.json").write_text(document)
    return truth


def _with_faults(
    files: dict[str, bytes], labels: dict[str, str], chance: random.Random
) -> Iterator[tuple[DatasetImage, str, bytes]]:
    """Each image with the class that it is filed under, and its bytes."""
    fault_of: dict[str, str] = {}
    waiting = list(files)
    for kind, count in COUNTS.items():
        fault_of.update(dict.fromkeys(waiting[:count], kind))
        del waiting[:count]
    classes = sorted(set(labels.values()))
    for name, data in files.items():
        label = labels[name]
        fault = fault_of.get(name)
        if fault == "label":
            wrong = chance.choice([other for other in classes if other != label])
            yield DatasetImage(name, label, fault), wrong, data
        elif fault == "blurry":
            yield DatasetImage(name, label, fault), label, _blurred(data, chance)
        elif fault == "dark":
            yield DatasetImage(name, label, fault), label, _darkened(data, chance)
        else:
            yield DatasetImage(name, label), label, data
        if fault == "exact_duplicate":
            yield DatasetImage(f"exact-{name}", label, fault, name), label, data
        elif fault == "near_duplicate":
            yield DatasetImage(f"near-{name}", label, fault, name), label, _altered(data, chance)
        elif fault == "corrupt":
            yield DatasetImage(f"corrupt-{name}", label, fault), label, _cut(data, chance)


def _altered(data: bytes, chance: random.Random) -> bytes:
    """Saved again, at another size, or with other brightness and contrast."""
    image = Image.open(BytesIO(data)).convert("RGB")
    what = chance.choice(["encode", "resize", "brightness"])
    if what == "resize":
        factor = chance.choice([chance.uniform(0.5, 0.9), chance.uniform(1.1, 2)])
        image = image.resize((round(image.width * factor), round(image.height * factor)))
    if what == "brightness":
        image = ImageEnhance.Brightness(image).enhance(chance.uniform(0.7, 1.3))
        image = ImageEnhance.Contrast(image).enhance(chance.uniform(0.7, 1.3))
    return _encode(image, chance.randint(40, 75) if what == "encode" else chance.randint(75, 95))


def _blurred(data: bytes, chance: random.Random) -> bytes:
    """By a Gaussian of 4 to 9 pixels on a photo of 500 pixels, of 1.1 to 2.3 on one of 32."""
    image = Image.open(BytesIO(data)).convert("RGB")
    deviation_px = chance.uniform(0.2, 0.4) * max(image.size) ** 0.5
    return _encode(image.filter(ImageFilter.GaussianBlur(deviation_px)), 90)


def _darkened(data: bytes, chance: random.Random) -> bytes:
    image = Image.open(BytesIO(data)).convert("RGB")
    return _encode(ImageEnhance.Brightness(image).enhance(chance.uniform(0.05, 0.25)), 90)


def _cut(data: bytes, chance: random.Random) -> bytes:
    """Cut off, overwritten in its first half, or no image at all."""
    what = chance.choice(["cut", "overwritten", "text"])
    if what == "cut":
        return data[: int(len(data) * chance.uniform(0.1, 0.9))]
    if what == "overwritten":
        return chance.randbytes(len(data) // 2) + data[len(data) // 2 :]
    return b"<html><body>404 Not Found</body></html>"


def _encode(image: Image.Image, quality: int) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()
