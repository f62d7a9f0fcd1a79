"""A graph with int8 convolutions as a model that answers for the splits."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from tellapart.dataset.training_set import TrainingSet
from tellapart.features.quantization import measure_activations, quantize
from tellapart.images.preprocessing import PreprocessingSpec, prepare
from tellapart.package.export import spread
from tellapart.package.format import FEATURES, OUTPUT
from tellapart.package.prediction import run_images
from tellapart.runtime.session import InferenceSession
from tellapart.store.tables import Split

_CALIBRATION_IMAGES = 32
_SMALLEST_PROBABILITY = 1e-37


@dataclass(frozen=True)
class QuantizedNetwork:
    """See `ExportableModel`. `graph` has the temperature `temperature`."""

    graph: bytes
    temperature: float
    spec: PreprocessingSpec
    training_set: TrainingSet
    max_pixels: int
    _answers: dict[Split, dict[str, NDArray[np.float32]]] = field(default_factory=dict)

    def logits(self, split: Split) -> NDArray[np.float32]:
        """Its answers for a split, before temperature and softmax, up to a constant: [N, K]."""
        probabilities = np.maximum(self._of(split)[OUTPUT], _SMALLEST_PROBABILITY)
        return np.log(probabilities) * np.float32(self.temperature)

    def features(self, split: Split) -> NDArray[np.float32]:
        """What the last layer sees of a split: float32 [N, D]."""
        return self._of(split)[FEATURES]

    def to_onnx(self, temperature: float) -> bytes:
        """The graph at another temperature."""
        model = onnx.load_from_string(self.graph)
        graph = model.graph
        place, last = next(
            (place, node) for place, node in enumerate(graph.node) if node.output[0] == OUTPUT
        )
        factor = np.array(self.temperature / temperature, np.float32)
        graph.initializer.append(numpy_helper.from_array(factor, "temperature_change"))
        scaled = helper.make_node("Mul", [last.input[0], "temperature_change"], ["scaled_logits"])
        last.input[0] = "scaled_logits"
        graph.node.insert(place, scaled)
        data: bytes = model.SerializeToString()
        return data

    def _of(self, split: Split) -> dict[str, NDArray[np.float32]]:
        if split not in self._answers:
            self._answers[split] = run_images(
                InferenceSession(self.graph),
                self.spec,
                self.training_set.splits[split].content_hashes,
                self.training_set.read,
                outputs=(OUTPUT, FEATURES),
                max_pixels=self.max_pixels,
            )
        return self._answers[split]


def quantize_network(
    graph: bytes,
    temperature: float,
    spec: PreprocessingSpec,
    training_set: TrainingSet,
    max_pixels: int,
) -> QuantizedNetwork | None:
    """A graph in int8, measured on training images; None when nothing can be quantised.

    Args:
        graph: what `to_onnx` gave at this temperature.
        temperature: of the graph.
        spec: how its images are prepared.
        training_set: the images.
        max_pixels: larger images are refused.
    """
    model = onnx.load_from_string(graph)
    images = calibration_images(training_set, spec, max_pixels)
    made = quantize(model, measure_activations(model, images))
    if made is None:
        return None
    return QuantizedNetwork(made.SerializeToString(), temperature, spec, training_set, max_pixels)


def calibration_images(
    training_set: TrainingSet, spec: PreprocessingSpec, max_pixels: int
) -> Iterator[NDArray[np.uint8]]:
    """Up to 32 training images, prepared, that activations are measured on."""
    hashes = training_set.splits["train"].content_hashes
    for row in spread(len(hashes), _CALIBRATION_IMAGES):
        yield prepare(training_set.read(hashes[row]), spec, max_pixels=max_pixels)
