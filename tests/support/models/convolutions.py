"""A small convolutional network as an ONNX graph, with random weights."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tellapart.package.activation_maps import add_activation_maps

SIDE_PX = 32
CLASSES = 3
_CHANNELS = 8


def convolutional_graph(temperature: float = 1.0, *, opset: int = 17, seed: int = 0) -> bytes:
    """With ReLU, ReLU6, groups, a sum, a pooling, a dead channel; all outputs but the distance."""
    rng = np.random.default_rng(seed)
    kernels = {
        name: rng.normal(0, 0.3, (_CHANNELS, inputs, 3, 3)).astype(np.float32)
        for name, inputs in (("first", 3), ("second", _CHANNELS), ("third", _CHANNELS // 2))
    }
    kernels["second"][2] = 0
    head = (rng.normal(0, 2, (_CHANNELS, CLASSES)) / temperature).astype(np.float32)
    arrays = {
        **kernels,
        "first_bias": rng.normal(0, 0.3, _CHANNELS).astype(np.float32),
        "low": np.array(0, np.float32),
        "high": np.array(6, np.float32),
        "std": np.array(128, np.float32),
        "head": head,
    }
    same = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    nodes = [
        helper.make_node("Cast", ["images"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["pixels"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Div", ["planes", "std"], ["normalised"]),
        helper.make_node("Conv", ["normalised", "first", "first_bias"], ["one"], **same),  # type: ignore[arg-type]
        helper.make_node("Relu", ["one"], ["one_relu"]),
        helper.make_node("MaxPool", ["one_relu"], ["small"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["small", "second"], ["two"], **same),  # type: ignore[arg-type]
        helper.make_node("Clip", ["two", "low", "high"], ["two_relu6"]),
        helper.make_node("Conv", ["two_relu6", "third"], ["three"], group=2, **same),  # type: ignore[arg-type]
        helper.make_node("Add", ["small", "three"], ["sum"]),
        helper.make_node("GlobalAveragePool", ["sum"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"], axis=1),
        helper.make_node("MatMul", ["features", "head"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    images = helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", SIDE_PX, SIDE_PX, 3])
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", width])
        for name, width in (("probabilities", CLASSES), ("features", _CHANNELS))
    ]
    constants = [numpy_helper.from_array(values, name) for name, values in arrays.items()]
    model = helper.make_model(
        helper.make_graph(nodes, "small", [images], outputs, constants),
        opset_imports=[helper.make_opsetid("", opset)],
        ir_version=9,
    )
    assert add_activation_maps(model, "features", head)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data
