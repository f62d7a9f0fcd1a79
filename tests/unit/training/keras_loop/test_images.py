import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.dataset.training_set import Examples
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.training.keras_loop.images import ImageArrays, LazyImages, answers, class_weights

SPEC = PreprocessingSpec(4, 4, mean=(100.0,) * 3, std=(50.0,) * 3)
PIXELS: NDArray[np.uint8] = np.random.default_rng(0).integers(0, 256, (6, 4, 4, 3), np.uint8)
EXAMPLES = Examples(tuple("abcdef"), np.array([0, 1, 2, 0, 1, 2]))


def test_images_are_prepared_when_they_are_used() -> None:
    read: list[str] = []

    def prepare(name: str) -> NDArray[np.uint8]:
        read.append(name)
        pixels: NDArray[np.uint8] = PIXELS["abcdef".index(name)]
        return pixels

    asked = LazyImages(EXAMPLES, prepare, SPEC)
    assert np.array_equal(asked.pixels(slice(2)), PIXELS[:2])
    found = asked.inputs(np.array([3, 1]))
    assert found.dtype == np.float32
    in_memory = ImageArrays(PIXELS, EXAMPLES.y, 100.0, 50.0)
    assert np.array_equal(found, in_memory.inputs(np.array([3, 1])))
    assert sorted(read) == ["a", "b", "b", "d"]
    assert asked.inputs(slice(0, 0)).shape == (0, 4, 4, 3)


def test_a_image_that_cannot_be_prepared_is_told() -> None:
    def prepare(name: str) -> NDArray[np.uint8]:
        raise ValueError(f"{name} is broken")

    with pytest.raises(ValueError, match="c is broken"):
        LazyImages(EXAMPLES, prepare, SPEC).pixels(np.array([2]))


class Network:
    """Two outputs: the mean of each image, and its first pixel."""

    def predict_on_batch(self, inputs: np.ndarray) -> list[np.ndarray]:
        assert len(inputs) == 256
        return [inputs.mean(axis=(1, 2, 3))[:, None], inputs[:, 0, 0]]


def test_each_output_is_answered_for_the_rows_that_are_asked_about() -> None:
    images = ImageArrays(PIXELS, EXAMPLES.y, 0.0, 1.0)
    means, pixels = answers(Network(), images)
    assert (means.shape, pixels.shape) == ((6, 1), (6, 3))
    rows = np.array([4, 2])
    assert np.array_equal(answers(Network(), images, rows)[1], PIXELS[rows, 0, 0])


def test_classes_weigh_alike_when_they_are_unequal() -> None:
    assert class_weights(np.array([0, 0, 1, 1])) is None
    weights = class_weights(np.array([0, 0, 0, 1]))
    assert weights is not None
    assert weights.tolist() == pytest.approx([2 / 3] * 3 + [2.0])
