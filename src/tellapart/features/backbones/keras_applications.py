"""Networks of `keras.applications`, turned into ONNX once. Keras is loaded for that alone."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from tellapart.errors import BackboneUnavailable
from tellapart.features.backbones.feature_extractor import wrap_extractor
from tellapart.features.keras_library import load_keras, quiet
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.store.temporary_files import temporary_folder

# The input of its training, where that is not 224 pixels.
_SIDES_PX = {
    "InceptionV3": 299, "InceptionResNetV2": 299, "Xception": 299, "NASNetLarge": 331,
    "EfficientNetB1": 240, "EfficientNetB2": 260, "EfficientNetB3": 300, "EfficientNetB4": 380,
    "EfficientNetB5": 456, "EfficientNetB6": 528, "EfficientNetB7": 600,
    "EfficientNetV2B1": 240, "EfficientNetV2B2": 260, "EfficientNetV2B3": 300,
    "EfficientNetV2S": 384, "EfficientNetV2M": 480, "EfficientNetV2L": 480,
}  # fmt: skip
_USUAL_SIDE_PX = 224
_OPSET = 17
_DOWNLOAD_TIMEOUT_S = 30


def convert_keras(name: str, weights: Path | None) -> tuple[bytes, PreprocessingSpec]:
    """The graph of a backbone, and how its images are prepared.

    Args:
        name: one of `catalogue.KERAS_BACKBONES`.
        weights: a local .h5, .weights.h5 or .keras file; by default they are downloaded.

    Raises:
        BackboneUnavailable: the weights cannot be had, or do not fit.
        MissingDependency: Keras is not installed.
    """
    keras = load_keras()
    side = _SIDES_PX.get(name, _USUAL_SIDE_PX)
    network = load_network(keras, name, weights, side)
    side = network.input_shape[1] or side
    family = _family(keras, name)
    spec = _spec(family.preprocess_input, side, name)
    with temporary_folder() as folder:
        path = folder / "network.onnx"
        with quiet():
            network.predict_on_batch(np.zeros((1, side, side, 3), np.float32))
            network.export(path, format="onnx", verbose=False, opset_version=_OPSET)
        return wrap_extractor(onnx.load(path), name, spec=spec)


def load_network(keras: Any, name: str, weights: Path | None, side: int) -> Any:
    """The Keras network of a backbone, from images as it takes them to embeddings [N, D].

    Args:
        keras: the module.
        name: one of `catalogue.KERAS_BACKBONES`.
        weights: a local .h5, .weights.h5 or .keras file; by default they are downloaded.
        side: of its input, in pixels; a .keras file has its own.

    Raises:
        BackboneUnavailable: the weights cannot be had, or do not fit.
    """
    build = getattr(keras.applications, name)
    options = {"include_top": False, "pooling": "avg", "input_shape": (side, side, 3)}
    try:
        with quiet(), _timeout():
            if weights is None:
                return build(weights="imagenet", **options)
            if weights.suffix == ".keras":
                return keras.models.load_model(weights, compile=False)
            network = build(weights=None, **options)
            network.load_weights(weights)
            return network
    except Exception as error:
        # Downloads and files fail in the ways of Keras, HDF5 and the network.
        reason = (str(error).strip().splitlines() or [repr(error)])[0][:200]
        if weights is not None:
            raise BackboneUnavailable(
                f"{weights} does not hold the weights of {name} without its top: {reason}"
            ) from error
        raise BackboneUnavailable(
            f"The weights of {name} could not be downloaded ({reason}). Without a connection, give "
            f"a file that you have: {name}:/path/to/weights.h5 (the one without the top)."
        ) from error


@contextmanager
def _timeout() -> Iterator[None]:
    kept = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_DOWNLOAD_TIMEOUT_S)
    try:
        yield
    finally:
        socket.setdefaulttimeout(kept)


def _family(keras: Any, name: str) -> ModuleType:
    """The module with the network and the function that prepares its images."""
    for module in vars(keras.applications).values():
        known = isinstance(module, ModuleType) and hasattr(module, "preprocess_input")
        if known and hasattr(module, name):
            family: ModuleType = module
            return family
    raise BackboneUnavailable(f"This Keras does not know how the pictures of {name} are prepared.")


def _spec(
    preprocess: Callable[[NDArray[np.float32]], Any], side: int, name: str
) -> PreprocessingSpec:
    """What `preprocess_input` does to RGB pixels, found out by trying it, as one mean and std."""
    probes = np.zeros((5, 1, 1, 3), np.float32)
    probes[1:4, 0, 0] = 255 * np.eye(3)
    probes[4] = 99.0
    black, *single, grey = np.asarray(preprocess(probes.copy()), np.float64).reshape(5, 3)
    factors = (np.array(single) - black) / 255  # [channel in, channel out]
    swapped = bool(abs(factors[0, 2]) > abs(factors[0, 0]))
    turned = factors[::-1] if swapped else factors
    scale = np.diag(turned)
    exact = np.allclose(np.diag(scale), turned, atol=1e-6) and (scale > 0).all()
    if not exact or not np.allclose(black + 99 * scale, grey, atol=1e-3):
        raise BackboneUnavailable(f"The pictures of {name} are prepared in a way we cannot copy.")
    mean, std = -black / scale, 1 / scale
    return PreprocessingSpec(
        width_px=side,
        height_px=side,
        resize_mode="crop",
        channel_order="bgr" if swapped else "rgb",
        mean=(float(mean[0]) + 0.0, float(mean[1]) + 0.0, float(mean[2]) + 0.0),
        std=(float(std[0]), float(std[1]), float(std[2])),
        interpolation="bicubic",
    )
