"""From a trained model to its package, and the proof that both answer alike."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.training_set import TrainingSet
from tellapart.errors import ParityError
from tellapart.evaluation.calibration import softmax
from tellapart.evaluation.novelty import NoveltyDetector
from tellapart.package.format import DISTANCE, FEATURES, OUTPUT, ModelPackage, read_package
from tellapart.package.prediction import run_images
from tellapart.package.trained import ExportableModel
from tellapart.runtime.session import InferenceSession
from tellapart.store.tables import Split

if TYPE_CHECKING:
    import onnx

PARITY_TOLERANCE = 1e-3
PARITY_IMAGES = 32


@dataclass(frozen=True)
class Parity:
    """How far two forms of one model are apart on `images` real images.

    `agreement` is the share of images with the same best class, ties aside.
    """

    max_probability_difference: float
    images: int
    agreement: float


def export_onnx(
    model: ExportableModel, package: ModelPackage, novelty: NoveltyDetector | None = None
) -> bytes:
    """The model package of a model that was calibrated."""
    return describe_graph(model.to_onnx(package.temperature), package, novelty)


def describe_graph(
    graph_bytes: bytes, package: ModelPackage, novelty: NoveltyDetector | None = None
) -> bytes:
    """The model package: what `to_onnx` gave, with what the model says of itself.

    With `novelty` it also gives `distance` float32 [N].
    """
    # An installation that only serves has no ONNX package.
    import onnx

    graph = onnx.load_from_string(graph_bytes)
    if novelty is not None:
        add_distance(graph, novelty)
    onnx.helper.set_model_props(graph, package.to_metadata())
    graph.producer_name = "tellapart"
    onnx.checker.check_model(graph, full_check=True)
    data: bytes = graph.SerializeToString(deterministic=True)
    return data


def count_parameters(graph_bytes: bytes) -> int:
    """How many numbers the weights of a graph are."""
    import onnx
    from onnx import TensorProto

    floats = (TensorProto.FLOAT, TensorProto.FLOAT16)
    graph = onnx.load_from_string(graph_bytes).graph
    return sum(math.prod(each.dims) for each in graph.initializer if each.data_type in floats)


def add_distance(model: "onnx.ModelProto", novelty: NoveltyDetector) -> None:
    """Add the output `distance` to a graph that has `features`: what `novelty` does, as nodes."""
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    constants: dict[str, NDArray[Any]] = {
        "novelty_mean": novelty.mean,
        "novelty_axes": novelty.axes,
        "novelty_last": np.array([1], np.int64),
        "novelty_zero": np.array(0, np.float32),
    }
    graph.initializer.extend(numpy_helper.from_array(v, name) for name, v in constants.items())
    for op, inputs, output in (
        ("LpNormalization", [FEATURES], "novelty_unit"),
        ("Sub", ["novelty_unit", "novelty_mean"], "novelty_centred"),
        ("MatMul", ["novelty_centred", "novelty_axes"], "novelty_inside"),
        ("Mul", ["novelty_centred", "novelty_centred"], "novelty_squares"),
        ("Mul", ["novelty_inside", "novelty_inside"], "novelty_inside_squares"),
        ("ReduceSum", ["novelty_squares", "novelty_last"], "novelty_all"),
        ("ReduceSum", ["novelty_inside_squares", "novelty_last"], "novelty_known"),
        ("Sub", ["novelty_all", "novelty_known"], "novelty_rest"),
        ("Max", ["novelty_rest", "novelty_zero"], "novelty_square"),
        ("Sqrt", ["novelty_square"], DISTANCE),
    ):
        node = helper.make_node(op, inputs, [output], name=output)
        if op == "ReduceSum":
            node.attribute.append(helper.make_attribute("keepdims", 0))
        graph.node.append(node)
    graph.output.append(helper.make_tensor_value_info(DISTANCE, TensorProto.FLOAT, ["N"]))


def check_onnx_parity(
    file: bytes | InferenceSession,
    trained: ExportableModel,
    training_set: TrainingSet,
    split: Split = "test",
    *,
    max_pixels: int,
) -> Parity:
    """Compare a package with the model that it was made from, on up to 32 images of a split.

    The package gets the original bytes and takes its own way through decoder and graph; the
    trained model gives the answers that it had during training.

    Raises:
        ParityError: a probability differs by more than 0.001, or a best class differs.
        ModelUnreadable: the bytes are no model package.
    """
    session = InferenceSession(file) if isinstance(file, bytes) else file
    package = read_package(session)
    examples = training_set.splits[split]
    chosen = spread(len(examples), PARITY_IMAGES)
    expected = softmax(trained.logits(split)[chosen], package.temperature)
    hashes = [examples.content_hashes[index] for index in chosen]
    found = run_images(
        session, package.spec, hashes, training_set.read, outputs=[OUTPUT], max_pixels=max_pixels
    )
    return compare(expected, found[OUTPUT], PARITY_TOLERANCE)


def compare(
    expected: NDArray[np.floating], found: NDArray[np.floating], tolerance: float
) -> Parity:
    """Compare the probabilities [N, K] of two forms of one model.

    Raises:
        ParityError: one differs by more than `tolerance`, or a best class differs.
    """
    differences = np.abs(expected - found)
    # NaN is a difference too, and no comparison with it is ever true.
    largest = float(np.nan_to_num(differences, nan=np.inf).max(initial=0.0))
    agreement = float(np.mean(list(_agreements(expected, found, tolerance))))
    if largest > tolerance or agreement < 1.0:
        raise ParityError(
            f"The exported model differs from the trained one by up to {largest:.2g} in "
            f"probability (allowed: {tolerance:g}) and names the same class for {agreement:.1%} of "
            f"{len(expected)} pictures. It is not kept. This is a fault of the export, not of your "
            "pictures: please report it."
        )
    return Parity(largest, len(expected), agreement)


def _agreements(
    expected: NDArray[np.floating], found: NDArray[np.floating], tolerance: float
) -> Iterator[bool]:
    for one, other in zip(expected, found, strict=True):
        choice = int(np.argmax(other))
        # Two classes within the tolerance are a tie, which rounding may decide either way.
        yield bool(one[choice] >= one.max() - 2 * tolerance)


def spread(total: int, wanted: int) -> NDArray[np.int64]:
    """At most so many of `total` rows, evenly chosen."""
    return np.unique(np.linspace(0, total - 1, min(total, wanted)).round().astype(np.int64))
