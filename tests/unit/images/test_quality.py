import numpy as np
import pytest
from PIL import Image

from tellapart.images.quality import FINGERPRINT_BYTES, measure
from tests.builders import pixels


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (3000, 1), (2, 3), (32, 32), (400, 300)])
@pytest.mark.parametrize("fill", [0, 128, 255, None])
def test_any_picture_gets_numbers(size: tuple[int, int], fill: int | None) -> None:
    picture = pixels(*size) if fill is None else np.full((size[1], size[0], 3), fill, np.uint8)
    quality = measure(picture)
    assert -(2**63) <= quality.perceptual_hash < 2**63
    assert len(quality.fingerprint) == FINGERPRINT_BYTES
    for name in ("brightness", "contrast", "sharpness", "information", "dark_score"):
        assert 0 <= getattr(quality, name) <= 1
    assert 0 <= quality.bright_score <= 1


def test_a_reduced_decode_scores_alike() -> None:
    whole = Image.fromarray(pixels(800, 600))
    reduced = whole.reduce(2)
    first, second = measure(np.asarray(whole)), measure(np.asarray(reduced))
    for name in ("brightness", "contrast", "information", "dark_score", "bright_score"):
        assert getattr(first, name) == pytest.approx(getattr(second, name), abs=0.03)
