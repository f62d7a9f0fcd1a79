import json
from typing import Any, get_args

import numpy as np
import pytest

from tellapart.errors import ImageTooLarge
from tellapart.images.preprocessing import (
    ChannelOrder,
    Interpolation,
    PreprocessingSpec,
    ResizeMode,
    prepare,
    resize,
    resize_mode_for,
)
from tests.support.images.builders import jpeg_bytes, pixels, png_bytes

MAX_PIXELS = 10_000_000
MODES = get_args(ResizeMode)


def quadrants(width: int, height: int) -> np.ndarray:
    """Black but for a red left third and a blue right third."""
    array = np.zeros((height, width, 3), np.uint8)
    array[:, : width // 3, 0] = 255
    array[:, -(width // 3) :, 2] = 255
    return array


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("order", get_args(ChannelOrder))
@pytest.mark.parametrize("interpolation", get_args(Interpolation))
@pytest.mark.parametrize("size", [(1, 1), (8, 8), (1, 900), (900, 1), (500, 375), (64, 48)])
def test_any_size_fits(
    mode: ResizeMode, order: ChannelOrder, interpolation: Interpolation, size: tuple[int, int]
) -> None:
    spec = PreprocessingSpec(64, 48, mode, order, interpolation=interpolation)
    array = prepare(png_bytes(*size), spec, max_pixels=MAX_PIXELS)
    assert array.shape == (48, 64, 3)
    assert array.dtype == np.uint8
    assert array.flags.c_contiguous
    assert np.array_equal(array, resize(pixels(*size), spec))


@pytest.mark.parametrize("mode", MODES)
def test_the_same_size_is_not_touched(mode: ResizeMode) -> None:
    spec = PreprocessingSpec(48, 40, mode)
    assert np.array_equal(resize(pixels(48, 40), spec), pixels(48, 40))


def test_stretch_shows_everything() -> None:
    array = resize(quadrants(300, 100), PreprocessingSpec(60, 60, "stretch"))
    assert array[30, 5].tolist() == [255, 0, 0]
    assert array[30, 30].tolist() == [0, 0, 0]
    assert array[30, 55].tolist() == [0, 0, 255]


def test_crop_keeps_the_middle() -> None:
    array = resize(quadrants(300, 100), PreprocessingSpec(60, 60, "crop"))
    assert array[:, 2:-2].max() == 0


def test_letterbox_pads_with_the_mean() -> None:
    spec = PreprocessingSpec(60, 60, "letterbox", mean=(10.4, 20.0, 30.0))
    array = resize(quadrants(300, 100), spec)
    assert (array[:20] == [10, 20, 30]).all()
    assert (array[40:] == [10, 20, 30]).all()
    assert array[30, 5].tolist() == [255, 0, 0]


def test_bgr_turns_pixels_and_not_the_mean() -> None:
    spec = PreprocessingSpec(60, 60, "letterbox", "bgr", mean=(10.0, 20.0, 30.0))
    array = resize(quadrants(300, 100), spec)
    assert array[30, 5].tolist() == [0, 0, 255]
    assert array[0, 0].tolist() == [10, 20, 30]


def test_shrinking_does_not_alias() -> None:
    checkers = (np.indices((256, 256)).sum(0) % 2 * 255).astype(np.uint8)
    array = resize(np.stack([checkers] * 3, 2), PreprocessingSpec(32, 32))
    assert np.abs(array.astype(int) - 127).max() <= 2


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(450, 330), (1000, 333), (333, 1000), (800, 800)])
def test_draft_decoding_is_close_to_exact(mode: ResizeMode, size: tuple[int, int]) -> None:
    spec = PreprocessingSpec(96, 64, mode)
    data = jpeg_bytes(*size)
    exact = resize(pixels(*size), spec).astype(int)
    assert np.abs(prepare(data, spec, max_pixels=MAX_PIXELS) - exact).mean() < 1.5


def test_limit_is_passed_on() -> None:
    with pytest.raises(ImageTooLarge):
        prepare(png_bytes(40, 30), PreprocessingSpec(8, 8), max_pixels=1000)


def test_json_and_back() -> None:
    spec = PreprocessingSpec(
        224, 192, "letterbox", "bgr", (127.0, 1.5, 0), (128.0, 1.0, 2.0), "bicubic"
    )
    assert PreprocessingSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
    small = {"width_px": 8, "height_px": 9}
    assert PreprocessingSpec.from_json(small) == PreprocessingSpec(8, 9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width_px": 0}, "width_px must be a whole number from 1, not 0"),
        ({"height_px": 2.5}, "height_px must be a whole number"),
        ({"width_px": True}, "width_px must be a whole number"),
        ({"width_px": "8"}, "width_px must be a whole number"),
        ({"resize_mode": "squash"}, "one of stretch, crop, letterbox, not 'squash'"),
        ({"channel_order": "grb"}, "one of rgb, bgr"),
        ({"interpolation": ["x"]}, "interpolation must be one of"),
        ({"mean": [1, 2]}, "mean must be three numbers"),
        ({"mean": "abc"}, "mean must be three numbers"),
        ({"mean": [1, 2, float("nan")]}, "mean must be three numbers"),
        ({"mean": None}, "mean must be three numbers"),
        ({"std": [1, 0, 1]}, "std must be three numbers from 1e-06"),
        ({"colour": "yes"}, "no field 'colour'"),
    ],
)
def test_wrong_values_are_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PreprocessingSpec.from_json({"width_px": 8, "height_px": 8, **change})


def test_missing_size() -> None:
    with pytest.raises(ValueError, match="needs height_px and width_px"):
        PreprocessingSpec.from_json({})


def test_images_of_different_shapes_are_framed() -> None:
    rng = np.random.default_rng(0)
    wide, tall = np.array([400, 300]), np.array([300, 400])
    assert resize_mode_for(np.array([wide, tall] * 20)) == "letterbox"
    assert resize_mode_for(np.array([(512, 64)] * 20)) == "stretch"
    assert resize_mode_for(np.array([(60, 120)] * 20)) == "stretch"
    assert resize_mode_for(wide * rng.integers(1, 5, (40, 1))) is None
    # A few odd ones decide nothing, nor does no image at all.
    assert resize_mode_for(np.array([wide] * 100 + [tall])) is None
    assert resize_mode_for(np.empty((0, 2))) is None
