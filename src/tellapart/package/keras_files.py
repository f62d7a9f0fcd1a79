"""Keras files of a probe model, made from its package when somebody asks for one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import InvalidRequest, MissingDependency, ModelUnreadable
from tellapart.features.backbones.efficientnet_lite0 import keras_builder, layers, weights
from tellapart.features.keras_library import load_keras, quiet, save_model
from tellapart.images.preprocessing import prepare
from tellapart.jobs.contracts import BUILT_IN_BACKBONE, KerasFormat
from tellapart.package.export import Parity, compare
from tellapart.package.format import HEAD_BIAS, HEAD_WEIGHTS, OUTPUT, read_package
from tellapart.runtime.session import InferenceSession

KERAS_TOLERANCE = 1e-4

Arrays = Mapping[str, NDArray[np.float32]]


def probe_to_keras(onnx_bytes: bytes, path: Path, format: KerasFormat) -> None:  # noqa: A002
    """Write a Keras file that computes the same as a probe's package.

    All weights come from the package itself, so it needs no backbone to be installed.

    Args:
        onnx_bytes: the package.
        path: the file to write.
        format: `keras` or `h5`.

    Raises:
        InvalidRequest: the package is of another recipe, or of another backbone than the built-in
            one, whose layers are known by name.
        MissingDependency: Keras, TensorFlow or ONNX is not installed.
        ModelUnreadable: the bytes are no model package.
    """
    package = read_package(InferenceSession(onnx_bytes))
    if package.recipe != "probe":
        raise InvalidRequest(
            f"A model of recipe {package.recipe!r} has its Keras files from training; only those "
            "of the probe recipe are made from the package."
        )
    if package.backbone != BUILT_IN_BACKBONE:
        raise InvalidRequest(
            f"Keras files of a probe are made for the backbone {BUILT_IN_BACKBONE}, and this one "
            f"stands on {package.backbone}. Use its ONNX file, or train with the recipe "
            "finetune, whose Keras files come with the training."
        )
    keras = load_keras()
    try:
        model = _build(keras, _arrays(onnx_bytes), package.spec.width_px)
    except KeyError as error:
        raise ModelUnreadable(
            f"The model lacks its weights {error.args[0]!r}. "
            "It was altered since Tellapart wrote it: train again, or go back to another version."
        ) from error
    save_model(model, path, format)


def check_keras_parity(
    path: Path, onnx_bytes: bytes, images: Sequence[bytes], *, max_pixels: int = 2**31
) -> Parity:
    """Load a Keras file back in and compare it with the package, on real images.

    Args:
        path: a .keras or .h5 file.
        onnx_bytes: the package.
        images: the original bytes of images.
        max_pixels: larger images are refused.

    Raises:
        ParityError: a probability differs by more than 0.0001, or a best class differs.
    """
    session = InferenceSession(onnx_bytes)
    spec = read_package(session).spec
    prepared = [prepare(data, spec, max_pixels=max_pixels) for data in images]
    expected = np.concatenate([session.run(pixels[None])[OUTPUT] for pixels in prepared])
    keras = load_keras()
    with quiet():
        model = keras.models.load_model(path, compile=False)
        found = np.concatenate([model.predict_on_batch(pixels[None]) for pixels in prepared])
    return compare(expected, found, KERAS_TOLERANCE)


def _build(keras: Any, arrays: Arrays, side_px: int) -> Any:
    head = [arrays[HEAD_WEIGHTS], arrays[HEAD_BIAS]]
    backbone = keras_builder.build(
        keras,
        {
            layer.name: weights.FoldedConvolution(
                arrays[f"{layer.name}_kernel"], arrays[f"{layer.name}_bias"]
            )
            for block in layers.BLOCKS
            for layer in block.convolutions
        },
        side_px,
        columns=len(head[0]),
    )
    logits = keras.layers.Dense(len(head[1]), name="logits")
    probabilities = keras.layers.Softmax(name=OUTPUT)(logits(backbone.output))
    logits.set_weights(head)
    return keras.Model(backbone.input, probabilities, name="tellapart")


def _arrays(onnx_bytes: bytes) -> Arrays:
    try:
        import onnx
    except ModuleNotFoundError as error:
        raise MissingDependency(
            "Making a Keras file needs onnx. Install it with: pip install 'tellapart[train]'"
        ) from error
    graph = onnx.load_from_string(onnx_bytes).graph
    return {array.name: onnx.numpy_helper.to_array(array) for array in graph.initializer}
