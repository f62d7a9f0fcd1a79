"""Tiny ONNX networks, as somebody might bring them."""

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

Sides = list[str | int | None]


def extractor(
    *,
    shape: tuple[str | int, ...] = ("N", 3, 32, 32),
    kind: int = TensorProto.FLOAT,
    ending: str = "vector",
    metadata: dict[str, str] | None = None,
) -> ModelProto:
    """One convolution of eight filters over an image; `ending` is vector, map, tokens or flat."""
    channels_first = shape[1] == 3
    kernel = np.random.default_rng(0).normal(size=(8, 3, 4, 4)).astype(np.float32)
    nodes = [helper.make_node("Cast", ["picture"], ["floats"], to=TensorProto.FLOAT)]
    value = "floats"
    if not channels_first:
        nodes.append(helper.make_node("Transpose", [value], ["planes"], perm=[0, 3, 1, 2]))
        value = "planes"
    nodes.append(helper.make_node("Conv", [value, "kernel"], ["maps"], strides=[4, 4]))
    sides: Sides = ["N", 8, None, None]
    if ending == "map" and not channels_first:
        nodes.append(helper.make_node("Transpose", ["maps"], ["result"], perm=[0, 2, 3, 1]))
        sides = ["N", None, None, 8]
    elif ending == "map":
        nodes.append(helper.make_node("Identity", ["maps"], ["result"]))
    else:
        nodes.append(helper.make_node("GlobalAveragePool", ["maps"], ["pooled"]))
        axis = 2 if ending == "tokens" else 1
        nodes.append(helper.make_node("Flatten", ["pooled"], ["result"], axis=axis))
        sides = [None, None]
    if ending == "tokens":
        nodes[-1] = helper.make_node("Squeeze", ["pooled", "last"], ["result"])
        sides = ["N", 8, 1]
    last = numpy_helper.from_array(np.array([3], np.int64), "last")
    entry = helper.make_tensor_value_info("picture", kind, list(shape))
    model = helper.make_model(
        helper.make_graph(
            nodes,
            "extractor",
            [entry],
            [helper.make_tensor_value_info("result", TensorProto.FLOAT, sides)],
            [numpy_helper.from_array(kernel, "kernel"), last],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=9,
    )
    helper.set_model_props(model, metadata or {})
    return model
