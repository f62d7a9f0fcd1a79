import numpy as np
import pytest

from tellapart.training.scratch import whitened_network
from tellapart.training.scratch.whitened_network import input_side_px


def some_images(channels: int) -> np.ndarray:
    images = np.random.default_rng(0).normal(0, 1, (50, 16, 16, channels))
    # Neighbours are alike, as in images.
    images = images + np.roll(images, 1, axis=1) + np.roll(images, 1, axis=2)
    return np.broadcast_to(images, (50, 16, 16, 3)).astype(np.float32)


def patches(images: np.ndarray) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(images, (2, 2), (1, 2))
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, 12)


@pytest.mark.parametrize(("median", "side"), [(8, 16), (28, 32), (32, 32), (50, 64), (500, 64)])
def test_the_input_is_the_next_side_that_halves(median: int, side: int) -> None:
    assert input_side_px(median) == side


def test_the_first_answers_have_no_correlation() -> None:
    images = some_images(3)
    kernel = whitened_network._whitening(images).reshape(12, 24)
    covariance = np.cov((patches(images) @ kernel[:, :12]).T)
    assert np.allclose(covariance, np.eye(12), atol=0.05)
    assert np.array_equal(kernel[:, 12:], -kernel[:, :12])


def test_grey_images_make_no_channel_that_is_always_zero() -> None:
    images = some_images(1)
    kernel = whitened_network._whitening(images).reshape(12, 24)
    assert (patches(images) @ kernel).std(axis=0).min() > 0.5


def test_images_of_one_colour_are_borne() -> None:
    kernel = whitened_network._whitening(np.zeros((3, 16, 16, 3), np.float32))
    assert np.isfinite(kernel).all()


def test_the_first_filters_pass_their_channels_on() -> None:
    kernel = np.random.default_rng(0).normal(0, 1, (3, 3, 4, 6)).astype(np.float32)
    kept = kernel.copy()
    made = whitened_network._identity_first(kernel)
    image = np.random.default_rng(1).normal(0, 1, (3, 3, 4))
    assert np.allclose(np.einsum("hwi,hwio->o", image, made)[:4], image[1, 1])
    assert np.array_equal(made[..., 4:], kept[..., 4:])
