"""Int8 in place of float32 in the convolutions of a graph: static, with a scale for each channel.

Pairs of QuantizeLinear and DequantizeLinear are put round convolutions, sums and maximum poolings;
ONNX Runtime computes what is between them in int8. The first normalisation, the pooling at the end,
the head, softmax, distance and activation maps stay float. `onnxruntime.quantization` would do
the same in many seconds, and would quantise the pooled features too. What rounded weights add to
the mean of a channel is taken from its bias again (Nagel et al. 2019, section 4.2).
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from tellapart.runtime.cpu_budget import usable_cores
from tellapart.runtime.session import InferenceSession

# From here on weights may have a scale for each channel.
_OPSET = 13
# Weights have seven bits. Processors without VNNI add two products in 16 bits, and with eight bits
# of weights those overflow: the same file would answer otherwise there. Depthwise convolutions,
# which lose most by it, add one by one.
_LARGEST, _LARGEST_DEPTHWISE = 64, 127
_LEVELS = 255


@dataclass(frozen=True)
class Activations:
    """What the tensors of a graph held on some images, by their names.

    Attributes:
        ranges: the least and the largest value; of a tensor behind a ReLU6, 0 and 6.
        means: of each channel of what goes into a convolution, float64 [C].
    """

    ranges: Mapping[str, tuple[float, float]]
    means: Mapping[str, NDArray[np.float64]]


def measure_activations(model: onnx.ModelProto, images: Iterable[NDArray[np.uint8]]) -> Activations:
    """What `quantize` needs to know of a graph, from prepared images [H, W, 3]."""
    graph = _Graph(model)
    ranged = [name for name in graph.quantized if name not in graph.implied]
    names = list(dict.fromkeys([*ranged, *graph.sources]))
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    known = {value.name for value in watched.graph.output}
    watched.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        for name in names
        if name not in known
    )
    session = InferenceSession(watched.SerializeToString())

    def of_image(pixels: NDArray[np.uint8]) -> Activations:
        found = session.run(pixels[None], names)
        return Activations(
            {name: (float(found[name].min()), float(found[name].max())) for name in ranged},
            {name: found[name].mean(axis=(0, 2, 3), dtype=np.float64) for name in graph.sources},
        )

    with ThreadPoolExecutor(usable_cores(), thread_name_prefix="activations") as pool:
        found = list(pool.map(of_image, images))
    ranges = {
        name: (
            min(one.ranges[name][0] for one in found),
            max(one.ranges[name][1] for one in found),
        )
        for name in ranged
    }
    means = {name: np.mean([one.means[name] for one in found], axis=0) for name in graph.sources}
    return Activations({**ranges, **graph.implied}, means)


def quantize(model: onnx.ModelProto, activations: Activations) -> onnx.ModelProto | None:
    """The graph with int8 convolutions; None when it has none that can be quantised.

    Args:
        model: a float graph, as it comes from a recipe.
        activations: what was measured on it.
    """
    graph = _Graph(model)
    if not graph.convolutions or graph.opset < _OPSET:
        return None
    made = onnx.ModelProto()
    made.CopyFrom(model)
    nodes = _Nodes(graph, activations)
    for node in model.graph.node:
        nodes.add(node)
    del made.graph.node[:]
    made.graph.node.extend(nodes.nodes)
    made.graph.initializer.extend(nodes.constants)
    used = {name for node in nodes.nodes for name in node.input}
    kept = [array for array in made.graph.initializer if array.name in used]
    del made.graph.initializer[:]
    made.graph.initializer.extend(kept)
    onnx.checker.check_model(made)
    return made


class _Graph:
    """What of a graph can be quantised."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.opset = max((e.version for e in model.opset_import if not e.domain), default=0)
        self.arrays = {array.name: array for array in model.graph.initializer}
        self._outputs = {value.name for value in model.graph.output}
        self._users: dict[str, list[NodeProto]] = {}
        for node in model.graph.node:
            for name in node.input:
                self._users.setdefault(name, []).append(node)
        self.convolutions: set[str] = set()
        # What goes into them.
        self.sources: dict[str, None] = {}
        # Activations that are left out, by the output of the convolution before them.
        self.followers: dict[str, NodeProto] = {}
        self.quantized: dict[str, None] = {}
        self.implied: dict[str, tuple[float, float]] = {}
        made = {output for node in model.graph.node for output in node.output}
        for node in model.graph.node:
            self._look_at(node, made)

    def _look_at(self, node: NodeProto, made: set[str]) -> None:
        source, output = node.input[0] if node.input else "", node.output[0]
        if node.op_type == "Conv" and source in made and output not in self._outputs:
            if not all(name in self.arrays for name in node.input[1:]):
                return
            self.convolutions.add(output)
            self.quantized[source] = self.sources[source] = None
            follower = self._activation(output)
            if follower is not None:
                self.followers[output] = follower
                output = follower.output[0]
            self.quantized[output] = None
        elif (node.op_type == "MaxPool" and source in self.quantized) or (
            node.op_type == "Add" and all(name in self.quantized for name in node.input)
        ):
            self.quantized[output] = None

    def _activation(self, output: str) -> NodeProto | None:
        """The ReLU or ReLU6 that alone uses a convolution: the scale behind it does its work."""
        users = self._users.get(output, [])
        if len(users) != 1:
            return None
        node = users[0]
        if node.op_type == "Relu":
            return node
        if node.op_type != "Clip" or len(node.input) != 3:
            return None
        if not all(name in self.arrays for name in node.input[1:]):
            return None
        low, high = (float(numpy_helper.to_array(self.arrays[name])) for name in node.input[1:])
        if low != 0:
            return None
        self.implied[node.output[0]] = (0.0, high)
        return node


@dataclass
class _Nodes:
    """The nodes of the quantised graph, in the order in which they are added."""

    graph: _Graph
    activations: Activations
    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)
    # The dequantised form of each quantised tensor, and its scale.
    names: dict[str, str] = field(default_factory=dict)
    scales: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left_out = {follower.output[0] for follower in self.graph.followers.values()}

    def add(self, node: NodeProto) -> None:
        if node.output[0] in self.left_out:
            return
        made = NodeProto()
        made.CopyFrom(node)
        output = node.output[0]
        if output in self.graph.convolutions:
            self._weights(made)
        made.input[:] = [self.names.get(name, name) for name in made.input]
        self.nodes.append(made)
        follower = self.graph.followers.get(output)
        value = output if follower is None else follower.output[0]
        if value in self.graph.quantized:
            same = node.input[0] if node.op_type == "MaxPool" else value
            self._pair(output, value, self.activations.ranges[same])

    def _pair(self, source: str, name: str, limits: tuple[float, float]) -> None:
        low, high = min(limits[0], 0.0), max(limits[1], 0.0)
        scale = max((high - low) / _LEVELS, 1e-8)
        zero = np.array(round(-low / scale), np.uint8)
        inputs = [self._constant(f"{name}_scale", np.array(scale, np.float32))]
        inputs.append(self._constant(f"{name}_zero", zero))
        self._node("QuantizeLinear", [source, *inputs], f"{name}_quantized")
        self.names[name] = self._node(
            "DequantizeLinear", [f"{name}_quantized", *inputs], f"{name}_known"
        )
        self.scales[name] = scale

    def _weights(self, node: NodeProto) -> None:
        kernel = numpy_helper.to_array(self.graph.arrays[node.input[1]]).astype(np.float32)
        largest = np.abs(kernel).reshape(len(kernel), -1).max(axis=1)
        steps = _LARGEST_DEPTHWISE if kernel.shape[1] == 1 else _LARGEST
        scales = (np.where(largest > 0, largest, 1) / steps).astype(np.float32)
        units = scales.reshape(-1, *[1] * (kernel.ndim - 1))
        whole = np.rint(kernel / units)
        source, prefix = node.input[0], node.output[0]
        bias = np.zeros(len(kernel))
        if len(node.input) > 2 and node.input[2]:
            bias += numpy_helper.to_array(self.graph.arrays[node.input[2]])
        bias -= _shift(whole * units - kernel, self.activations.means[source])
        sums = (scales * np.float32(self.scales[source])).astype(np.float32)
        limit = np.iinfo(np.int32).max
        counts = np.clip(np.rint(bias / sums), -limit, limit).astype(np.int32)
        node.input[1:] = [
            self._channels(f"{prefix}_kernel", whole.astype(np.int8), scales),
            self._channels(f"{prefix}_bias", counts, sums),
        ]

    def _channels(
        self, name: str, values: NDArray[np.signedinteger], scales: NDArray[np.float32]
    ) -> str:
        inputs = [
            self._constant(f"{name}_int", values),
            self._constant(f"{name}_scales", scales),
            self._constant(f"{name}_zeros", np.zeros(len(scales), values.dtype)),
        ]
        return self._node("DequantizeLinear", inputs, f"{name}_float", axis=0)

    def _constant(self, name: str, values: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def _node(self, op: str, inputs: list[str], output: str, axis: int | None = None) -> str:
        node = helper.make_node(op, inputs, [output], name=output)
        if axis is not None:
            node.attribute.append(helper.make_attribute("axis", axis))
        self.nodes.append(node)
        return output


def _shift(error: NDArray[np.float32], means: NDArray[np.float64]) -> NDArray[np.float64]:
    """What an error of the kernel [O, C / groups, …] adds to the mean of its channels: [O].

    Borders aside, each of its places sees the same mean.
    """
    places: NDArray[np.float64] = error.astype(np.float64).reshape(*error.shape[:2], -1).sum(axis=2)
    groups = len(means) // places.shape[1]
    by_group = places.reshape(groups, -1, places.shape[1]) @ means.reshape(groups, -1, 1)
    return by_group.reshape(-1)
