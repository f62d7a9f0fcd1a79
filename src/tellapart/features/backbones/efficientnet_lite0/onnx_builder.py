"""EfficientNet-Lite0 as an ONNX graph: uint8 images in, embeddings out."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

from tellapart.features.backbones.efficientnet_lite0.layers import (
    BLOCKS,
    DIMENSION,
    PIXEL_MEAN,
    PIXEL_STD,
    POOL_WIDTHS,
    POOLED,
    POOLED_MAP,
    SIDE_STEP_PX,
    Convolution,
)
from tellapart.features.backbones.efficientnet_lite0.weights import FoldedConvolution

OPSET = 17
IR_VERSION = 9
INPUT = "images"
OUTPUT = "embedding"


class _Graph:
    """Nodes and weights in the order in which they are added."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        self.initializers.append(numpy_helper.from_array(values, name))
        return name

    def add(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output


def build(weights: Mapping[str, FoldedConvolution], side_px: int) -> ModelProto:
    """A checked model from `images` uint8 [N, S, S, 3], of one pass.

    It gives `embedding` float32 [N, 1280], and `pooled` [N, 2048]: mean and maximum over
    all positions of what the residual blocks give, the last block first.

    `side_px` is S, a multiple of 32.
    """
    if side_px % SIDE_STEP_PX:
        raise ValueError(f"The side must be a multiple of {SIDE_STEP_PX}, not {side_px}.")
    graph = _Graph()
    value = _normalise(graph)
    pooled: list[str] = []
    for block in BLOCKS:
        entry = value
        for layer in block.convolutions:
            value = _convolution(graph, layer, weights[layer.name], value)
        if block.residual:
            value = graph.add("Add", [entry, value], f"{value}_sum")
            pooled = [*_pools(graph, value), *pooled]
    value = graph.add("GlobalAveragePool", [value], "last_mean")
    graph.add("Flatten", [value], OUTPUT, axis=1)
    graph.add("Concat", pooled, POOLED_MAP, axis=1)
    graph.add("Flatten", [POOLED_MAP], POOLED, axis=1)
    model = _model(graph, side_px)
    checker.check_model(model, full_check=True)
    return model


def _pools(graph: _Graph, value: str) -> list[str]:
    return [
        graph.add("GlobalAveragePool", [value], f"{value}_mean"),
        graph.add("GlobalMaxPool", [value], f"{value}_maximum"),
    ]


def _normalise(graph: _Graph) -> str:
    # Bytes are turned round before they are floats, and all channels are normalised alike, by one
    # number: three numbers along the innermost side took 2 of the 18 ms of the whole network.
    mean, std = (np.array(values[0], dtype=np.float32) for values in (PIXEL_MEAN, PIXEL_STD))
    planes = graph.add("Transpose", [INPUT], "planes", perm=[0, 3, 1, 2])
    pixels = graph.add("Cast", [planes], "pixels", to=TensorProto.FLOAT)
    centred = graph.add("Sub", [pixels, graph.constant("pixel_mean", mean)], "centred")
    return graph.add("Div", [centred, graph.constant("pixel_std", std)], "normalised")


def _convolution(graph: _Graph, layer: Convolution, folded: FoldedConvolution, value: str) -> str:
    before, after = layer.padding
    result = graph.add(
        "Conv",
        [
            value,
            graph.constant(f"{layer.name}_kernel", folded.kernel),
            graph.constant(f"{layer.name}_bias", folded.bias),
        ],
        layer.name,
        kernel_shape=[layer.kernel, layer.kernel],
        strides=[layer.stride, layer.stride],
        pads=[before, before, after, after],
        group=layer.channels_in if layer.depthwise else 1,
    )
    if not layer.activation:
        return result
    low = graph.constant(f"{layer.name}_low", np.array(0, dtype=np.float32))
    high = graph.constant(f"{layer.name}_high", np.array(6, dtype=np.float32))
    return graph.add("Clip", [result, low, high], f"{layer.name}_relu6")


def _model(graph: _Graph, side_px: int) -> ModelProto:
    sides: list[str | int | None] = ["N", side_px, side_px, 3]
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "efficientnet-lite0",
            [helper.make_tensor_value_info(INPUT, TensorProto.UINT8, sides)],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", width])
                for name, width in ((OUTPUT, DIMENSION), (POOLED, sum(POOL_WIDTHS)))
            ],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="tellapart",
    )
