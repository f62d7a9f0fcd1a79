"""Class activation maps as an output of an ONNX graph (Zhou et al. 2016).

Where a network pools a last map of features and a linear layer weighs what is left, the same
weights over the unpooled map say where in the image each class is seen. Of a mean they add up to
the logits exactly; of a maximum they still show which places speak for a class.
"""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper, shape_inference

from tellapart.package.format import ACTIVATION_MAPS

# Between the pooling and the features a graph only drops the sides of one pixel, or casts.
_RESHAPING = {"Flatten", "Squeeze", "Reshape", "Identity", "Transpose", "Cast"}
_POOLING = {"GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "ReduceMax"}


def add_activation_maps(
    model: onnx.ModelProto, features: str, weights: NDArray[np.float32]
) -> bool:
    """Add the output `activation_maps` float32 [N, K, h, w] to a graph.

    Args:
        model: the graph, changed in place.
        features: the tensor [N, D] that the linear layer sees.
        weights: float [D, K], what that layer multiplies it by.

    Returns:
        False, and the graph as it was, when the features are not pooled from a map.
    """
    found = _pooled_map(model, features, len(weights))
    if found is None:
        return False
    source, order = found
    graph = model.graph
    kernel = np.ascontiguousarray(weights.T[:, :, None, None], dtype=np.float32)
    graph.initializer.append(numpy_helper.from_array(kernel, f"{ACTIVATION_MAPS}_kernel"))
    if order is not None:
        planes = f"{ACTIVATION_MAPS}_planes"
        graph.node.append(helper.make_node("Transpose", [source], [planes], perm=order))
        source = planes
    inputs = [source, f"{ACTIVATION_MAPS}_kernel"]
    graph.node.append(helper.make_node("Conv", inputs, [ACTIVATION_MAPS], name=ACTIVATION_MAPS))
    sides: list[str | int | None] = ["N", weights.shape[1], None, None]
    graph.output.append(helper.make_tensor_value_info(ACTIVATION_MAPS, TensorProto.FLOAT, sides))
    return True


def _pooled_map(
    model: onnx.ModelProto, features: str, channels: int
) -> tuple[str, list[int] | None] | None:
    """The map [N, D, h, w] that the features are pooled from, and how to turn it to that order."""
    makers = {output: node for node in model.graph.node for output in node.output}
    node = makers.get(features)
    while node is not None and node.op_type in _RESHAPING:
        node = makers.get(node.input[0])
    if node is None or node.op_type not in _POOLING:
        return None
    shape = _shape(model, node.input[0])
    axes = _axes(model, node)
    if len(shape) == 4 and axes == [2, 3] and shape[1] == channels:
        return node.input[0], None
    if len(shape) == 4 and axes == [1, 2] and shape[3] == channels:
        return node.input[0], [0, 3, 1, 2]
    return None


def _axes(model: onnx.ModelProto, node: NodeProto) -> list[int]:
    if node.op_type.startswith("Global"):
        return [2, 3]
    for attribute in node.attribute:
        if attribute.name == "axes":
            return sorted(axis % 4 for axis in attribute.ints)
    if len(node.input) > 1:
        for array in model.graph.initializer:
            if array.name == node.input[1]:
                return sorted(int(axis) % 4 for axis in numpy_helper.to_array(array))
    return []


def _shape(model: onnx.ModelProto, name: str) -> list[int]:
    graph = shape_inference.infer_shapes(model).graph
    for value in (*graph.value_info, *graph.input):
        if value.name == name:
            return [side.dim_value for side in value.type.tensor_type.shape.dim]
    return []
