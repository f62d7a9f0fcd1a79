from dataclasses import replace

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tellapart.features.quantization import measure_activations, quantize
from tellapart.runtime.session import InferenceSession
from tests.support.models.convolutions import SIDE_PX, convolutional_graph


def images(count: int, seed: int = 0) -> NDArray[np.uint8]:
    """Each of two colours, as noise would be all the same after the pooling."""
    rng = np.random.default_rng(seed)
    made = rng.integers(0, 256, (count, SIDE_PX, SIDE_PX, 3), dtype=np.uint8)
    made[:, :, SIDE_PX // 2 :] = rng.integers(0, 256, (count, 1, 1, 3), dtype=np.uint8)
    return made


@pytest.fixture(scope="module")
def exact() -> onnx.ModelProto:
    return onnx.load_from_string(convolutional_graph())


@pytest.fixture(scope="module")
def small(exact: onnx.ModelProto) -> onnx.ModelProto:
    made = quantize(exact, measure_activations(exact, images(16)))
    assert made is not None
    return made


def test_it_answers_nearly_as_before(exact: onnx.ModelProto, small: onnx.ModelProto) -> None:
    asked = images(64, seed=1)
    one, other = (
        InferenceSession(model.SerializeToString()).run(asked) for model in (exact, small)
    )
    assert set(one) == set(other) == {"probabilities", "features", "activation_maps"}
    for name in one:
        difference = np.abs(one[name] - other[name]).mean()
        assert 0 < difference < 0.05 * one[name].std(), name


def test_ranges_are_measured_where_they_are_not_implied(exact: onnx.ModelProto) -> None:
    asked = images(4)
    measured = measure_activations(exact, asked)
    ranges = measured.ranges
    assert set(ranges) == {"normalised", "one_relu", "small", "two_relu6", "three", "sum"}
    assert ranges["normalised"] == pytest.approx((0.0, asked.max() / 128))
    assert ranges["one_relu"][0] == 0 < ranges["one_relu"][1]
    assert ranges["two_relu6"] == pytest.approx((0, 6))
    assert ranges["sum"][0] < 0 < ranges["sum"][1]
    assert set(measured.means) == {"normalised", "small", "two_relu6"}
    assert measured.means["normalised"] == pytest.approx(asked.mean(axis=(0, 1, 2)) / 128)


def test_what_rounded_weights_add_to_a_mean_is_taken_off(exact: onnx.ModelProto) -> None:
    measured = measure_activations(exact, images(64))
    unknown = {name: np.zeros_like(mean) for name, mean in measured.means.items()}
    asked = images(64, seed=1)
    wanted = InferenceSession(exact.SerializeToString()).run(asked)["features"].mean(axis=0)

    def error(means: dict[str, NDArray[np.float64]]) -> float:
        made = quantize(exact, replace(measured, means=means))
        assert made is not None
        found = InferenceSession(made.SerializeToString()).run(asked)["features"]
        return float(np.abs(found.mean(axis=0) - wanted).mean())

    assert error(dict(measured.means)) < 0.5 * error(unknown)


def test_weights_are_bytes_and_what_follows_the_features_stays_float(
    small: onnx.ModelProto,
) -> None:
    kinds = {array.name: array.data_type for array in small.graph.initializer}
    assert [kinds[f"{name}_kernel_int"] for name in ("one", "two", "three")] == (
        [TensorProto.INT8] * 3
    )
    # Two products of a larger one with a byte do not fit in 16 bits, where they are added so.
    arrays = {array.name: numpy_helper.to_array(array) for array in small.graph.initializer}
    assert {np.abs(arrays[f"{name}_kernel_int"]).max() for name in ("one", "three")} == {64}
    assert kinds["one_bias_int"] == TensorProto.INT32
    assert kinds["head"] == kinds["activation_maps_kernel"] == TensorProto.FLOAT
    assert "first" not in kinds
    operations = [node.op_type for node in small.graph.node]
    assert "Relu" not in operations
    assert "Clip" not in operations


def test_what_cannot_be_quantised_is_told(exact: onnx.ModelProto) -> None:
    measured = measure_activations(exact, images(2))
    old = onnx.load_from_string(convolutional_graph(opset=12))
    assert quantize(old, measured) is None
    plain = helper.make_model(
        helper.make_graph(
            [helper.make_node("Relu", ["x"], ["y"])],
            "plain",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 3])],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
    )
    assert quantize(plain, measured) is None


def test_images_without_any_range_are_borne(exact: onnx.ModelProto) -> None:
    black = np.zeros((1, SIDE_PX, SIDE_PX, 3), np.uint8)
    made = quantize(exact, measure_activations(exact, black))
    assert made is not None
    answer = InferenceSession(made.SerializeToString()).run(images(2))
    assert np.isfinite(answer["probabilities"]).all()
