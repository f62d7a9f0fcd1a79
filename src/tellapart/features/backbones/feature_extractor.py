"""Any ONNX network that turns images into vectors, wrapped into the graph of a backbone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, compose, helper, numpy_helper

from tellapart.errors import BackboneUnavailable, ModelUnreadable
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.runtime.session import InferenceSession

INPUT = "images"
OUTPUT = "embedding"
# Of ImageNet, on the scale 0 to 255.
IMAGENET_MEAN = (123.675, 116.28, 103.53)
IMAGENET_STD = (58.395, 57.12, 57.375)

_DEFAULT_SIDE_PX = 224
_LEAST_OPSET = 13
_FLOATS = {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE}


@dataclass(frozen=True)
class _Entry:
    """The input of a network: its type, its sides, and whether channels come first."""

    name: str
    type: int
    height_px: int
    width_px: int
    channels_first: bool


def read_extractor(path: Path) -> ModelProto:
    """An ONNX file with all its weights.

    Raises:
        BackboneUnavailable: it is not there, or no ONNX.
    """
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model)
        if model.opset_import[0].version < _LEAST_OPSET:
            model = onnx.version_converter.convert_version(model, _LEAST_OPSET)
    except Exception as error:
        # Protobuf, the checker and the converter each raise errors of their own.
        raise BackboneUnavailable(
            f"{path} cannot be used as a backbone: it is no ONNX file that can be read "
            f"({str(error).strip().splitlines()[0][:200] if str(error).strip() else error!r})."
        ) from error
    return model


def wrap_extractor(
    model: ModelProto, source: str, *, spec: PreprocessingSpec | None = None
) -> tuple[bytes, PreprocessingSpec]:
    """The graph of a backbone: `images` uint8 [N, H, W, 3] to `embedding` float32 [N, D].

    Args:
        model: takes one input of images, NCHW or NHWC, floats or bytes; gives [N, D], or a map
            that is averaged.
        source: what to call it in messages.
        spec: how its images are prepared. By default as its metadata `mean`, `std` (0 to 255)
            and `channel_order` say, else as is usual for ImageNet; bytes are left as they are.

    Raises:
        BackboneUnavailable: it is no feature extractor; the message says why.
    """
    entry = _entry(model, source)
    spec = spec or _spec(model, entry, source)
    inner = compose.add_prefix(model, "extractor/")
    entry_name = f"extractor/{entry.name}"
    nodes, constants = _head(entry, entry_name, spec)
    rank, name, channels_first = _output(model, entry, source)
    tail = _tail(f"extractor/{name}", rank, channels_first=channels_first)
    graph = inner.graph
    kept = list(graph.node)
    del graph.node[:], graph.output[:], graph.value_info[:]
    inputs = [value for value in graph.input if value.name != entry_name]
    del graph.input[:]
    sides: list[str | int | None] = ["N", spec.height_px, spec.width_px, 3]
    graph.input.append(helper.make_tensor_value_info(INPUT, TensorProto.UINT8, sides))
    graph.input.extend(inputs)
    graph.node.extend([*nodes, *kept, *tail])
    graph.initializer.extend(constants)
    graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["N", None]))
    dimension = _tried(inner.SerializeToString(), spec, source)
    graph.output[0].type.tensor_type.shape.dim[1].dim_value = dimension
    return inner.SerializeToString(), spec


def _unfit(source: str, why: str) -> BackboneUnavailable:
    return BackboneUnavailable(
        f"{source} is no feature extractor for pictures: {why} Give a network that takes one "
        "picture [N, 3, H, W] or [N, H, W, 3] and gives a vector [N, D] or a map of features."
    )


def _entry(model: ModelProto, source: str) -> _Entry:
    constants = {array.name for array in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in constants]
    if len(inputs) != 1:
        raise _unfit(source, f"it has {len(inputs)} inputs.")
    tensor = inputs[0].type.tensor_type
    sides = [side.dim_value if side.HasField("dim_value") else None for side in tensor.shape.dim]
    if len(sides) != 4 or tensor.elem_type not in {*_FLOATS, TensorProto.UINT8}:
        kind = TensorProto.DataType.Name(tensor.elem_type).lower()
        raise _unfit(source, f"its input is {kind} {sides}.")
    if 3 not in (sides[1], sides[3]):
        raise _unfit(source, f"its input {sides} has no side of three channels.")
    first = sides[1] == 3
    height, width = (sides[2], sides[3]) if first else (sides[1], sides[2])
    if sides[0] not in (None, 0, 1):
        raise _unfit(source, f"it takes {sides[0]} pictures at once, and no other number.")
    # A batch of one is opened to any; `_tried` shows whether the network can.
    tensor.shape.dim[0].dim_param = "N"
    return _Entry(
        inputs[0].name,
        tensor.elem_type,
        height or _DEFAULT_SIDE_PX,
        width or _DEFAULT_SIDE_PX,
        first,
    )


def _spec(model: ModelProto, entry: _Entry, source: str) -> PreprocessingSpec:
    said = {item.key: item.value for item in model.metadata_props}
    plain = entry.type == TensorProto.UINT8
    try:
        return PreprocessingSpec(
            width_px=entry.width_px,
            height_px=entry.height_px,
            resize_mode="crop",
            channel_order=said.get("channel_order", "rgb"),
            mean=_three(said.get("mean"), (0.0, 0.0, 0.0) if plain else IMAGENET_MEAN),
            std=_three(said.get("std"), (1.0, 1.0, 1.0) if plain else IMAGENET_STD),
            interpolation="bicubic",
        )
    except ValueError as error:
        raise _unfit(source, f"its metadata makes no sense ({error})") from error


def _three(text: str | None, default: tuple[float, float, float]) -> tuple[float, float, float]:
    if text is None:
        return default
    numbers = [float(part) for part in text.strip("[]() ").split(",")]
    if len(numbers) != 3:
        raise ValueError(f"{text!r} is not three numbers.")
    return numbers[0], numbers[1], numbers[2]


def _head(
    entry: _Entry, entry_name: str, spec: PreprocessingSpec
) -> tuple[list[onnx.NodeProto], list[TensorProto]]:
    """Nodes from bytes [N, H, W, 3] to what the network takes."""
    steps: list[tuple[str, list[str], dict[str, Any]]] = []
    constants = []
    if entry.type != TensorProto.UINT8:
        steps.append(("Cast", [], {"to": TensorProto.FLOAT}))
        for name, op, values in (("mean", "Sub", spec.mean), ("std", "Div", spec.std)):
            constants.append(numpy_helper.from_array(np.array(values, np.float32), name))
            steps.append((op, [name], {}))
        if entry.type != TensorProto.FLOAT:
            steps.append(("Cast", [], {"to": entry.type}))
    if entry.channels_first:
        steps.append(("Transpose", [], {"perm": [0, 3, 1, 2]}))
    if not steps:
        steps.append(("Identity", [], {}))
    nodes, value = [], INPUT
    for number, (op, more, attributes) in enumerate(steps):
        output = entry_name if number == len(steps) - 1 else f"prepared_{number}"
        nodes.append(helper.make_node(op, [value, *more], [output], **attributes))
        value = output
    return nodes, constants


def _output(model: ModelProto, entry: _Entry, source: str) -> tuple[int, str, bool]:
    """The rank and the name of the first output that can be used; where a map has its channels."""
    kind = helper.tensor_dtype_to_np_dtype(entry.type)
    sides = (entry.height_px, entry.width_px)
    shape = (1, 3, *sides) if entry.channels_first else (1, *sides, 3)
    try:
        session = InferenceSession(model.SerializeToString())
        found = session.run(np.zeros(shape, kind))
    except Exception as error:
        # What a network of unknown making raises is not for us to list.
        raise _unfit(source, f"it cannot be run ({str(error).splitlines()[0][:200]}).") from error
    for name, values in found.items():
        if values.ndim == 2 and values.dtype.kind == "f":
            return 2, name, True
        if values.ndim == 4 and values.dtype.kind == "f":
            return 4, name, _channels_first(values.shape, entry)
    shapes = ", ".join(f"{name} {list(values.shape)}" for name, values in found.items())
    raise _unfit(source, f"it gives {shapes}, which is neither a vector nor a map.")


def _channels_first(shape: tuple[int, ...], entry: _Entry) -> bool:
    """Whether a map is [N, D, h, w]: its sides are in proportion to those of the image."""
    first = shape[2] * entry.width_px == shape[3] * entry.height_px
    last = shape[1] * entry.width_px == shape[2] * entry.height_px
    return first if first != last else entry.channels_first


def _tail(value: str, rank: int, *, channels_first: bool) -> list[onnx.NodeProto]:
    """Nodes from an output of the network to the embedding."""
    nodes = [helper.make_node("Cast", [value], ["features"], to=TensorProto.FLOAT)]
    value = "features"
    if rank == 2:
        return [*nodes, helper.make_node("Identity", [value], [OUTPUT])]
    if not channels_first:
        nodes.append(helper.make_node("Transpose", [value], ["planes"], perm=[0, 3, 1, 2]))
        value = "planes"
    nodes.append(helper.make_node("GlobalAveragePool", [value], ["pooled"]))
    nodes.append(helper.make_node("Flatten", ["pooled"], [OUTPUT], axis=1))
    return nodes


def _tried(data: bytes, spec: PreprocessingSpec, source: str) -> int:
    """The dimension of the embedding, by trying two images at once."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (2, spec.height_px, spec.width_px, 3), dtype=np.uint8)
    try:
        found: NDArray[np.float32] = InferenceSession(data).run(images)[OUTPUT]
    except ModelUnreadable as error:
        raise _unfit(source, f"it cannot be wrapped ({error})") from error
    except Exception as error:
        raise _unfit(source, "it does not take several pictures at once.") from error
    if found.ndim != 2 or len(found) != 2 or found.shape[1] < 2:
        raise _unfit(source, f"of two pictures it gives {list(found.shape)}.")
    if not np.isfinite(found).all() or np.array_equal(found[0], found[1]):
        raise _unfit(source, "its numbers do not depend on the picture, or are not finite.")
    return int(found.shape[1])
