"""A trained Keras network made whole: from the pixels of an image to calibrated probabilities.

The network itself takes normalised images and ends in a Dense layer named `logits`.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from tellapart.features.keras_library import quiet
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.package.activation_maps import add_activation_maps
from tellapart.package.format import FEATURES, INPUT, OUTPUT
from tellapart.store.temporary_files import temporary_folder

LOGITS = "logits"
_OPSET = 17
_EXPORT_PROGRAM = f"""
import sys
from tellapart.features.keras_library import load_keras

keras = load_keras()
model = keras.models.load_model(sys.argv[1], compile=False)
model(keras.ops.zeros((1, *model.input_shape[1:]), "uint8"))
model.export(sys.argv[2], format="onnx", verbose=False, opset_version={_OPSET})
"""


def complete(keras: Any, network: Any, spec: PreprocessingSpec, temperature: float) -> Any:
    """A Keras model of built-in layers only, from `images` uint8 [N, H, W, 3] to probabilities."""
    images, normalised = normalise(keras, spec)
    model = keras.Model(images, _answer(keras, network(normalised), temperature), name="tellapart")
    # A model can be saved and exported only after it has been called.
    model(np.zeros((1, spec.height_px, spec.width_px, 3), np.uint8))
    return model


def normalise(keras: Any, spec: PreprocessingSpec) -> tuple[Any, Any]:
    """Images uint8 [N, H, W, 3] as an input of Keras, and what a network takes of them."""
    images = keras.Input((spec.height_px, spec.width_px, 3), dtype="uint8", name=INPUT)
    scale = [1 / std for std in spec.std]
    offset = [-mean / std for mean, std in zip(spec.mean, spec.std, strict=True)]
    if len(set(spec.mean)) == len(set(spec.std)) == 1:
        # One number for all channels: ONNX Runtime is faster along them so.
        layer = keras.layers.Rescaling(scale[0], offset=offset[0], name="normalise")
    else:
        layer = keras.layers.Rescaling(scale, offset=offset, name="normalise")
    return images, layer(images)


def network_features(keras: Any, network: Any) -> Any:
    """A Keras model with the network's input and two outputs: its logits, and what they are of."""
    return keras.Model(network.inputs, [network.output, network.get_layer(LOGITS).input])


def to_onnx(keras: Any, network: Any, spec: PreprocessingSpec, temperature: float) -> bytes:
    """The network as an ONNX graph with all outputs of a package but the distance."""
    images, normalised = normalise(keras, spec)
    logits, features = network_features(keras, network)(normalised)
    model = keras.Model(images, [_answer(keras, logits, temperature), features], name="tellapart")
    model(np.zeros((1, spec.height_px, spec.width_px, 3), np.uint8))
    with temporary_folder() as folder:
        path = folder / "model.onnx"
        with quiet():
            _export(keras, model, path)
        made = onnx.load(path)
    _rename(made, made.graph.input[0].name, INPUT)
    for value, name in zip(made.graph.output, (OUTPUT, FEATURES), strict=True):
        _rename(made, value.name, name)
    kernel = np.asarray(network.get_layer(LOGITS).kernel, np.float32)
    add_activation_maps(made, FEATURES, kernel / np.float32(temperature))
    data: bytes = made.SerializeToString()
    return data


def _export(keras: Any, model: Any, path: Path) -> None:
    if keras.backend.backend() != "jax":
        model.export(path, format="onnx", verbose=False, opset_version=_OPSET)
        return
    # What Keras exports from JAX does not run: MaxPool of a size that no runtime knows.
    file = path.with_name("model.keras")
    model.save(file)
    subprocess.run(  # noqa: S603
        [sys.executable, "-c", _EXPORT_PROGRAM, file, path],
        env=os.environ | {"KERAS_BACKEND": "tensorflow"},
        check=True,
    )


def _answer(keras: Any, logits: Any, temperature: float) -> Any:
    scaled = keras.layers.Rescaling(1 / temperature, name="temperature")(logits)
    return keras.layers.Softmax(name=OUTPUT)(scaled)


def _rename(model: onnx.ModelProto, old: str, new: str) -> None:
    graph = model.graph
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
    for value in (*graph.input, *graph.output):
        if value.name == old:
            value.name = new
            value.type.tensor_type.shape.dim[0].dim_param = "N"
