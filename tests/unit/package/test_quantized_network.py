import numpy as np

from tellapart.evaluation.calibration import softmax
from tellapart.images.preprocessing import PreprocessingSpec, prepare
from tellapart.package.quantized_network import QuantizedNetwork, quantize_network
from tellapart.runtime.session import InferenceSession
from tests.support.models.convolutions import CLASSES, SIDE_PX, convolutional_graph
from tests.support.models.training_sets import textures

THREE = textures({"train": 5, "validation": 4, "test": 3}, ("cats", "dogs", "owls"))
SPEC = PreprocessingSpec(SIDE_PX, SIDE_PX, "stretch")


def made(temperature: float = 1.0) -> QuantizedNetwork:
    graph = convolutional_graph(temperature)
    found = quantize_network(graph, temperature, SPEC, THREE, 10_000)
    assert found is not None
    return found


def test_it_answers_for_a_split_as_its_graph_does() -> None:
    network = made()
    assert network.logits("validation").shape == (12, CLASSES)
    assert network.features("test").shape == (9, 8)
    pixels = prepare(THREE.read(THREE.splits["test"].content_hashes[2]), SPEC, max_pixels=10_000)
    graph = InferenceSession(network.to_onnx(1.0))
    answer = graph.run(pixels[None], ["probabilities", "features"])
    assert np.allclose(softmax(network.logits("test")[2:3]), answer["probabilities"], atol=1e-5)
    assert np.allclose(network.features("test")[2:3], answer["features"], atol=1e-5)


def test_the_temperature_can_be_changed_afterwards() -> None:
    network = made(2.0)
    pixels = prepare(THREE.read(THREE.splits["test"].content_hashes[0]), SPEC, max_pixels=10_000)
    found = InferenceSession(network.to_onnx(0.5)).run(pixels[None], ["probabilities"])
    expected = softmax(network.logits("test")[:1], 0.5)
    assert np.allclose(found["probabilities"], expected, atol=1e-5)
