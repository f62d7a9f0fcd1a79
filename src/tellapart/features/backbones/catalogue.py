"""Which backbones there are, and how one is made ready."""

import json
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from tellapart.errors import BackboneUnavailable, MissingDependency
from tellapart.features.backbones.efficientnet_lite0 import layers
from tellapart.features.keras_backend import KERAS_BACKBONES
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.jobs.contracts import BUILT_IN_BACKBONE
from tellapart.runtime.session import InferenceSession

# Raised when the builder makes another graph: the cached ones are then built again.
_CONVERSION = "6"
# Raised when a backbone gives other numbers for an image: stored vectors are then computed anew.
_NUMBERS = "5"
# Of images whose median longer side is at most the first, the second is the input side: small
# images hold nothing that more pixels would show, and the time grows with the square.
_SMALL_PX, _SMALL_INPUT_PX = 64, 160
_SPEC_KEY = "preprocessing"

_Made = tuple[bytes, PreprocessingSpec]


@dataclass(frozen=True)
class Backbone:
    """A frozen network: images prepared by `spec` to vectors float32 [N, dimension].

    The ONNX file at `model_path` takes `images` uint8 [N, height, width, 3] and gives `embedding`,
    the features of the last layer. That of the built-in one also gives `pooled`: the mean and the
    maximum of what each residual block gives, the last block first; `pool_widths` are theirs.
    """

    name: str
    spec: PreprocessingSpec
    dimension: int
    model_path: Path
    pool_widths: tuple[int, ...] = ()

    @property
    def embedding_key(self) -> str:
        """Names what decides an embedding apart from the image; the key of stored vectors."""
        return f"{self.name}/{_NUMBERS}/{self.spec.width_px}/{self.spec.resize_mode}"

    @property
    def depths(self) -> tuple[int, ...]:
        """Numbers of columns worth a trial: the last layer; the last stage with it; all."""
        if not self.pool_widths:
            return (self.dimension,)
        stage = sum(width for width in self.pool_widths if width == self.pool_widths[0])
        return (self.dimension, self.dimension + stage, self.dimension + sum(self.pool_widths))

    def pools_within(self, columns: int) -> int:
        """How many of the pools lie within the first columns."""
        return layers.pools_within(columns, self.dimension, self.pool_widths)

    def parts(self, columns: int) -> tuple[int, ...]:
        """The widths of what the first columns are: the last layer, and each pool."""
        return (self.dimension, *self.pool_widths[: self.pools_within(columns)])


def load_backbone(name: str, cache_dir: Path, median_side_px: int | None = None) -> Backbone:
    """Make a backbone ready; it is converted to ONNX once and kept in `cache_dir`.

    Args:
        name: `efficientnet-lite0`, a name of `keras.applications` (whose weights are downloaded,
            or read from a file: `MobileNetV2:/path/weights.h5`), or `onnx:/path/network.onnx`. A
            backbone from a file is kept by its content, under the name that the result has.
        cache_dir: where it is kept.
        median_side_px: median of the longer sides of the images, which decides the input side of
            the built-in one; by default that for photos.

    Raises:
        BackboneUnavailable: no backbone has this name, or it cannot be used.
        MissingDependency: its weights, or what converts them, are not installed.
    """
    if name == BUILT_IN_BACKBONE:
        return _built_in(cache_dir, _input_side_px(median_side_px))
    kind, _, file = name.partition(":")
    if kind == "onnx" and file:
        return _from_file(name, Path(file).expanduser(), cache_dir, _convert_onnx)
    if kind not in KERAS_BACKBONES:
        raise BackboneUnavailable(
            f"There is no backbone {name!r}. Choose {BUILT_IN_BACKBONE}, "
            f"onnx:/path/network.onnx, or one of Keras: {', '.join(KERAS_BACKBONES)}."
        )
    if file:
        path = Path(file).expanduser()
        return _from_file(name, path, cache_dir, lambda weights: _convert_keras(kind, weights))
    return _cached(name, cache_dir / f"{kind}.onnx", lambda: _convert_keras(kind, None))


def _built_in(cache_dir: Path, side_px: int) -> Backbone:
    model_path = cache_dir / f"{BUILT_IN_BACKBONE}-{side_px}.onnx"
    if not is_intact(model_path):
        from tellapart.features.backbones.efficientnet_lite0 import onnx_builder, weights

        model = onnx_builder.build(weights.load_weights(), side_px)
        write_sealed(model_path, model.SerializeToString())
    spec = built_in_spec(side_px)
    return Backbone(BUILT_IN_BACKBONE, spec, layers.DIMENSION, model_path, layers.POOL_WIDTHS)


def built_in_spec(side_px: int) -> PreprocessingSpec:
    """How images are prepared for the built-in backbone with an input of this side."""
    # On photos `crop` is a little better than `letterbox` and `stretch`, at each size.
    return PreprocessingSpec(
        width_px=side_px,
        height_px=side_px,
        resize_mode="crop",
        channel_order="rgb",
        mean=layers.PIXEL_MEAN,
        std=layers.PIXEL_STD,
        interpolation="bicubic",
    )


def is_small(median_side_px: int | None) -> bool:
    """Whether images with this median of their longer sides are looked at at a smaller size."""
    return median_side_px is not None and 0 < median_side_px <= _SMALL_PX


def _input_side_px(median_side_px: int | None) -> int:
    return _SMALL_INPUT_PX if is_small(median_side_px) else layers.INPUT_SIDE_PX


def _from_file(
    name: str, path: Path, cache_dir: Path, convert: Callable[[Path], _Made]
) -> Backbone:
    """A backbone by the content of a file; once converted, by its name without the file too."""
    kind = name.partition(":")[0]
    if path.is_file():
        stem = re.sub(r"[^\w.-]+", "_", path.stem)[:40]
        own = f"{stem}-{blake3(path.read_bytes()).hexdigest()[:12]}"
    else:
        own = path.name
    model_path = cache_dir / f"{kind}-{own}.onnx"
    if not path.is_file() and not is_intact(model_path):
        raise BackboneUnavailable(
            f"There is no file {path} for the backbone {kind}. Give the path of the file, or the "
            "name under which an earlier training shows its backbone."
        )
    return _cached(f"{kind}:{own}", model_path, lambda: convert(path))


def _convert_onnx(path: Path) -> _Made:
    _require_onnx(f"onnx:{path}")
    from tellapart.features.backbones.feature_extractor import read_extractor, wrap_extractor

    return wrap_extractor(read_extractor(path), str(path))


def _convert_keras(name: str, weights: Path | None) -> _Made:
    _require_onnx(name)
    from tellapart.features.backbones.keras_applications import convert_keras

    return convert_keras(name, weights)


def _require_onnx(name: str) -> None:
    try:
        import onnx  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingDependency(
            f"The backbone {name} needs onnx. Install it with: pip install 'tellapart[train]'"
        ) from error


def _cached(name: str, model_path: Path, convert: Callable[[], _Made]) -> Backbone:
    if not is_intact(model_path):
        import onnx

        data, made_for = convert()
        model = onnx.load_from_string(data)
        onnx.helper.set_model_props(model, {_SPEC_KEY: json.dumps(made_for.to_json())})
        write_sealed(model_path, model.SerializeToString())
    session = InferenceSession(model_path)
    spec = PreprocessingSpec.from_json(json.loads(session.metadata[_SPEC_KEY]))
    dimension = session.output_shapes["embedding"][1]
    assert dimension is not None
    return Backbone(name, spec, dimension, model_path)


def write_sealed(model_path: Path, data: bytes) -> None:
    """Keep a converted network, with a seal beside it."""
    model_path.parent.mkdir(parents=True, exist_ok=True)
    _write_atomically(model_path, data)
    _write_atomically(_seal_path(model_path), _seal(data).encode())


def is_intact(model_path: Path) -> bool:
    """Whether a network is there as `write_sealed` of this release has left it."""
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
