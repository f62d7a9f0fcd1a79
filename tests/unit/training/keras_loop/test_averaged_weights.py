import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.training.keras_loop.averaged_weights import AveragedWeights


class Network:
    """As much of a Keras model as is needed: its weights."""

    def __init__(self, value: float) -> None:
        self.weights = [np.full(2, value, np.float32)]

    def get_weights(self) -> list[NDArray[np.float32]]:
        return [array.copy() for array in self.weights]

    def set_weights(self, weights: list[NDArray[np.float32]]) -> None:
        self.weights = [array.copy() for array in weights]


def test_the_average_stands_aside() -> None:
    network = Network(0.0)
    average = AveragedWeights(network, lambda _share: 0.75)
    network.set_weights([np.full(2, 4.0, np.float32)])
    average.after_step(1, 0.5)
    assert network.weights[0].tolist() == [4.0, 4.0]
    with average.in_place():
        assert network.weights[0].tolist() == [1.0, 1.0]
    assert network.weights[0].tolist() == [4.0, 4.0]


def test_with_lookahead_the_network_goes_on_from_it() -> None:
    network = Network(0.0)
    average = AveragedWeights(network, lambda _share: 0.5, every=2, lookahead=True)
    network.set_weights([np.full(2, 4.0, np.float32)])
    average.after_step(1, 0.5)
    assert network.weights[0].tolist() == [4.0, 4.0]
    average.after_step(2, 0.5)
    assert network.weights[0].tolist() == [2.0, 2.0]


def test_the_share_decides_how_much_is_kept() -> None:
    network = Network(1.0)
    average = AveragedWeights(network, lambda share: share)
    network.set_weights([np.zeros(2, np.float32)])
    average.after_step(1, 0.25)
    assert average.weights[0] == pytest.approx(0.25)
