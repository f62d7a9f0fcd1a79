from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tellapart.dataset.training_set import TrainingSet
from tellapart.errors import ModelUnreadable, ParityError
from tellapart.evaluation.novelty import fit_novelty
from tellapart.images.preprocessing import PreprocessingSpec, prepare
from tellapart.jobs.contracts import KerasFormat
from tellapart.package.export import check_onnx_parity, compare, export_onnx
from tellapart.package.format import ModelPackage, read_package
from tellapart.package.prediction import predict
from tellapart.runtime.session import InferenceSession
from tellapart.store.tables import Split
from tests.support.models.training_sets import textures

SPEC = PreprocessingSpec(8, 8, "stretch")
TWO = textures({"train": 1, "validation": 1, "test": 40})


@dataclass
class Colours:
    """A model that goes by the mean colour; its export may be off by some bias."""

    training_set: TrainingSet
    off_by: float = 0.0
    recipe: str = "colours"
    backbone: str | None = None
    spec: PreprocessingSpec = SPEC
    class_names: tuple[str, ...] = ("cats", "dogs")
    gained: bool = True

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {}

    @property
    def history(self) -> Sequence[Mapping[str, float]]:
        return []

    @property
    def weights(self) -> NDArray[np.float32]:
        return np.array([[0.02, -0.02], [-0.01, 0.01], [0.01, 0.0]], np.float32)

    def logits(self, split: Split) -> NDArray[np.float32]:
        logits: NDArray[np.float32] = self.features(split) @ self.weights
        return logits

    def features(self, split: Split) -> NDArray[np.float32]:
        hashes = self.training_set.splits[split].content_hashes
        images = [prepare(self.training_set.read(name), SPEC, max_pixels=10_000) for name in hashes]
        means: NDArray[np.float32] = np.stack(images).astype(np.float32).mean(axis=(1, 2))
        return means

    def to_onnx(self, temperature: float) -> bytes:
        bias = np.array([0, self.off_by], np.float32)
        nodes = [
            helper.make_node("Cast", ["images"], ["floats"], to=TensorProto.FLOAT),
            helper.make_node("ReduceMean", ["floats"], ["features"], axes=[1, 2], keepdims=0),
            helper.make_node("Gemm", ["features", "w", "b"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        ]
        graph = helper.make_graph(
            nodes,
            "colours",
            [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", 8, 8, 3])],
            [
                helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 2]),
                helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 3]),
            ],
            [
                numpy_helper.from_array(self.weights / np.float32(temperature), "w"),
                numpy_helper.from_array(bias, "b"),
            ],
        )
        data: bytes = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9
        ).SerializeToString()
        return data

    def to_keras(self, temperature: float, path: Path, format: KerasFormat) -> None:  # noqa: A002
        raise NotImplementedError


def package(names: tuple[str, ...] = ("cats", "dogs")) -> ModelPackage:
    return ModelPackage(SPEC, names, "colours", None, 2.0, 0.5)


def test_the_package_carries_what_it_says_of_itself() -> None:
    assert read_package(InferenceSession(export_onnx(Colours(TWO), package()))) == package()


def test_the_same_model_is_the_same_bytes() -> None:
    assert export_onnx(Colours(TWO), package()) == export_onnx(Colours(TWO), package())


def test_the_graph_tells_the_distance_that_the_detector_tells() -> None:
    trained = Colours(TWO)
    detector = fit_novelty(trained.features("train"))
    data = export_onnx(trained, package(), detector)
    hashes = TWO.splits["test"].content_hashes
    found = predict(data, hashes, TWO.read, max_pixels=10_000).distances
    assert found is not None
    assert np.allclose(found, detector.distances(trained.features("test")), atol=1e-4)
    black = np.zeros((1, 8, 8, 3), np.uint8)
    answer = InferenceSession(data).run(black, ["distance"])
    assert list(answer) == ["distance"]
    assert np.allclose(answer["distance"], detector.distances(np.zeros((1, 3), np.float32)))


def test_a_faithful_export_passes_on_up_to_32_images() -> None:
    trained = Colours(TWO)
    parity = check_onnx_parity(export_onnx(trained, package()), trained, TWO, max_pixels=10_000)
    assert parity.images == 32
    assert parity.agreement == 1.0
    assert parity.max_probability_difference < 1e-5


@pytest.mark.parametrize("off_by", [0.02, 5.0, float("nan")])
def test_an_export_that_differs_is_refused(off_by: float) -> None:
    trained = Colours(TWO, off_by=off_by)
    with pytest.raises(ParityError, match="differs from the trained one"):
        check_onnx_parity(export_onnx(trained, package()), trained, TWO, max_pixels=10_000)


def test_a_description_of_another_graph_is_refused() -> None:
    data = export_onnx(Colours(TWO), package(("cats", "dogs", "owls")))
    with pytest.raises(ModelUnreadable, match="3 classes"):
        read_package(InferenceSession(data))


def test_ties_may_be_broken_either_way() -> None:
    one, other = np.array([[0.50001, 0.49999]]), np.array([[0.49999, 0.50001]])
    assert compare(one, other, 1e-3).agreement == 1.0
    with pytest.raises(ParityError):
        compare(np.array([[0.6, 0.4]]), np.array([[0.4, 0.6]]), 1e-3)


def test_predictions_come_in_order_from_the_original_bytes() -> None:
    trained = Colours(TWO)
    data = export_onnx(trained, package())
    hashes = TWO.splits["test"].content_hashes
    found = predict(data, hashes, TWO.read, max_pixels=10_000, threads=3).probabilities
    logits = trained.logits("test") / 2.0
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert np.allclose(found, expected, atol=1e-5)
    assert predict(data, [], TWO.read, max_pixels=1).probabilities.shape == (0, 2)
