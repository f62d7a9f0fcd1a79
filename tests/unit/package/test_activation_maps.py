import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tellapart.package.activation_maps import add_activation_maps
from tellapart.runtime.session import InferenceSession
from tests.support.models.convolutions import CLASSES, SIDE_PX, convolutional_graph


def test_the_maps_of_a_mean_add_up_to_the_logits() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4, SIDE_PX, SIDE_PX, 3), dtype=np.uint8)
    found = InferenceSession(convolutional_graph()).run(pixels)
    maps = found["activation_maps"]
    assert maps.shape == (4, CLASSES, SIDE_PX // 2, SIDE_PX // 2)
    logits = maps.mean(axis=(2, 3))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert np.allclose(shares, found["probabilities"], atol=1e-4)


def pooled(*, axes: list[int], channels_last: bool) -> onnx.ModelProto:
    """A graph whose features are the maximum over some sides of the image itself."""
    nodes = [
        helper.make_node("Cast", ["images"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["pixels"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node(
            "ReduceMax", ["pixels" if channels_last else "planes"], ["features"], axes=axes,
            keepdims=0,
        ),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes,
        "pooled",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", 6, 8, 3])],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", None])],
        [numpy_helper.from_array(np.zeros(1, np.float32), "unused")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


@pytest.mark.parametrize(("axes", "channels_last"), [([2, 3], False), ([1, 2], True)])
def test_channels_may_be_first_or_last(axes: list[int], channels_last: bool) -> None:
    model = pooled(axes=axes, channels_last=channels_last)
    weights = np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]], np.float32)
    assert add_activation_maps(model, "features", weights)
    pixels = np.random.default_rng(0).integers(0, 256, (1, 6, 8, 3), dtype=np.uint8)
    found = InferenceSession(model.SerializeToString()).run(pixels)["activation_maps"]
    assert np.allclose(found[0, 0], pixels[0, :, :, 0])
    assert np.allclose(found[0, 1], 2.0 * pixels[0, :, :, 1])


def test_features_that_are_not_pooled_from_a_map_have_none() -> None:
    weights = np.ones((3, 2), np.float32)
    for model in (pooled(axes=[1, 2], channels_last=False), pooled(axes=[3], channels_last=True)):
        before = model.SerializeToString()
        assert not add_activation_maps(model, "features", weights)
        assert model.SerializeToString() == before
