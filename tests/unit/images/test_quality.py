from dataclasses import asdict
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from tellapart.images.quality import (
    FINGERPRINT_BYTES,
    aspect_score,
    image_thresholds,
    measure,
)
from tellapart.quality.scores import image_scores
from tellapart.settings import Settings
from tellapart.store import tables
from tests.support.images.builders import encode, photo

SCORES = ("brightness", "contrast", "sharpness", "information", "dark_score", "bright_score")


def flags(image: Image.Image, settings: Settings | None = None) -> set[str]:
    """The kinds whose score is under the threshold."""
    row = tables.Image(width_px=image.width, height_px=image.height, **asdict(measure(image)))
    thresholds = image_thresholds(settings or Settings())
    return {kind for kind, score in image_scores(row).items() if (score or 0) < thresholds[kind]}


def similarity(first: Image.Image, second: Image.Image) -> float:
    one, other = (
        np.frombuffer(measure(image).fingerprint, np.uint8) - 128.0 for image in (first, second)
    )
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 900), (3000, 1), (2, 3), (4, 4), (32, 32), (400, 300)]
)
@pytest.mark.parametrize("fill", [0, 128, 255, None])
def test_any_image_gets_numbers(size: tuple[int, int], fill: int | None) -> None:
    image = photo(*size) if fill is None else Image.new("RGB", size, (fill, fill, fill))
    quality = measure(image)
    assert -(2**63) <= quality.perceptual_hash < 2**63
    assert len(quality.fingerprint) == FINGERPRINT_BYTES
    assert all(0 <= getattr(quality, name) <= 1 for name in SCORES)
    assert all(type(getattr(quality, name)) is float for name in SCORES)


def test_a_reduced_decode_scores_alike() -> None:
    whole = photo(800, 600).filter(ImageFilter.GaussianBlur(2))
    first, second = measure(whole), measure(whole.reduce(2))
    for name in SCORES:
        assert getattr(first, name) == pytest.approx(getattr(second, name), abs=0.05)
    assert similarity(whole, whole.reduce(2)) > 0.99


@pytest.mark.parametrize("size", [(32, 32), (500, 375)])
def test_each_fault_has_its_flag(size: tuple[int, int]) -> None:
    image = photo(*size)
    assert flags(image) == set()
    assert flags(image.filter(ImageFilter.GaussianBlur(max(size) / 16))) == {"blurry"}
    assert flags(ImageEnhance.Brightness(image).enhance(0.2)) == {"dark"}
    white = Image.new("RGB", size, "white")
    assert flags(Image.blend(image, white, 0.99)) >= {"bright", "low_information"}
    assert "odd_aspect" in flags(photo(size[0] * 4, size[1]))


def test_a_plain_image_says_nothing() -> None:
    quality = measure(Image.new("RGB", (50, 50), (90, 90, 90)))
    assert quality.information == quality.contrast == quality.sharpness == 0
    assert set(quality.fingerprint) == {128}


def test_thresholds_are_settings() -> None:
    assert flags(photo()) == set()
    strict = Settings(blurry_threshold=1, odd_aspect_threshold=1)
    assert flags(photo(), strict) == {"blurry", "odd_aspect"}
    assert image_thresholds(strict)["blurry"] == 1


def test_aspect_score() -> None:
    assert aspect_score(100, 50) == aspect_score(50, 100) == 0.5


def test_the_fingerprint_outlives_what_is_done_to_images() -> None:
    image = photo(64, 48)
    changed = {
        "encoded": Image.open(BytesIO(encode(image, "JPEG", quality=40))),
        "halved": image.resize((32, 24)),
        "doubled": image.resize((128, 96)),
        "brighter": ImageEnhance.Brightness(image).enhance(1.3),
        "flatter": ImageEnhance.Contrast(image).enhance(0.7),
    }
    for name, other in changed.items():
        assert similarity(image, other) > 0.96, name
    assert similarity(photo(64, 48), photo(64, 48, seed=1, look="dogs")) < 0.5


def test_the_perceptual_hash_moves_little() -> None:
    image = photo(64, 48)
    hashes = [measure(p).perceptual_hash for p in (image, image.resize((40, 30)))]
    assert (hashes[0] ^ hashes[1]).bit_count() <= 8
