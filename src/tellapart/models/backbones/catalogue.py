"""Which backbones there are, and how one is made ready."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from tellapart.errors import BackboneUnavailable
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.models.backbones.efficientnet_lite0 import layers

BACKBONES = ("efficientnet-lite0",)
# Raised when the builder makes another graph: the cached ones are then built again.
_CONVERSION = "4"


@dataclass(frozen=True)
class Backbone:
    """A frozen network: pictures prepared by `spec` to vectors float32 [N, dimension].

    The ONNX file at `model_path` takes `images` uint8 [N, height, width, 3] and gives `embedding`.
    """

    name: str
    spec: PreprocessingSpec
    dimension: int
    model_path: Path

    @property
    def embedding_key(self) -> str:
        """Names what decides an embedding apart from the picture; the key of stored vectors."""
        return f"{self.name}/{_CONVERSION}/{self.spec.resize_mode}"


def load_backbone(name: str, cache_dir: Path) -> Backbone:
    """Make a backbone ready; its weights are converted to ONNX once and kept in `cache_dir`.

    Raises:
        BackboneUnavailable: no backbone has this name, or its weights cannot be used.
        MissingDependency: its weights are not installed.
    """
    if name not in BACKBONES:
        raise BackboneUnavailable(
            f"There is no backbone {name!r}. Choose one of: {', '.join(BACKBONES)}."
        )
    model_path = cache_dir / f"{name}.onnx"
    if not _is_intact(model_path):
        _convert(model_path)
    return Backbone(name, _SPEC, layers.DIMENSION, model_path)


# On those photos `crop` is a little better than `letterbox` and `stretch`, at each size.
_SPEC = PreprocessingSpec(
    width_px=layers.INPUT_SIDE_PX,
    height_px=layers.INPUT_SIDE_PX,
    resize_mode="crop",
    channel_order="rgb",
    mean=layers.PIXEL_MEAN,
    std=layers.PIXEL_STD,
    interpolation="bicubic",
)


def _convert(model_path: Path) -> None:
    from tellapart.models.backbones.efficientnet_lite0 import onnx_builder, weights

    data = onnx_builder.build(weights.load_weights()).SerializeToString()
    model_path.parent.mkdir(parents=True, exist_ok=True)
    _write_atomically(model_path, data)
    _write_atomically(_seal_path(model_path), _seal(data).encode())


def _is_intact(model_path: Path) -> bool:
    try:
        return _seal_path(model_path).read_text() == _seal(model_path.read_bytes())
    except (OSError, UnicodeDecodeError):
        return False


def _seal_path(model_path: Path) -> Path:
    return model_path.with_suffix(".seal")


def _seal(data: bytes) -> str:
    return f"{_CONVERSION} {blake3(data).hexdigest()}"


def _write_atomically(path: Path, data: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
