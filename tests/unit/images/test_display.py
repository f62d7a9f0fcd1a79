import numpy as np
import pytest
from PIL import Image

from tellapart.images.decode import decode
from tellapart.images.display import displayable
from tests.support.images.builders import encode, photo, pixels


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_what_browsers_show_stays_as_it_came(kind: str) -> None:
    data = encode(photo(), kind)
    assert displayable(data, kind, max_pixels=10_000) == (data, f"image/{kind.lower()}")


@pytest.mark.parametrize("kind", ["TIFF", "PPM"])
def test_the_others_become_png(kind: str) -> None:
    data, media_type = displayable(encode(photo(), kind), kind, max_pixels=10_000)
    assert media_type == "image/png"
    found, header = decode(data, max_pixels=10_000)
    assert header.format == "PNG"
    assert np.array_equal(found, pixels())


def test_deep_samples_are_shown_as_a_model_sees_them() -> None:
    deep = Image.fromarray(np.arange(256, dtype=np.uint16).reshape(16, 16) << 4)
    data = encode(deep, "TIFF")
    shown, _ = displayable(data, "TIFF", max_pixels=10_000)
    assert np.array_equal(decode(shown, max_pixels=256)[0], decode(data, max_pixels=256)[0])
