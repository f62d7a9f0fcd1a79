"""What a network is fed: one `PreprocessingSpec`, which import, training and serving all use.

The spec travels inside the model package. Its `mean` and `std` are applied by the exported graph,
`(x - mean) / std`; what leaves this module are plain uint8 pixels.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tellapart.images.decode import decode_image

# Width by height of two images of much the same shape, one by the other.
_SAME_SHAPE = 1.25
# From this ratio of the sides on, a crop to a square would lose more than a third of an image.
_ELONGATED = 1.6

ResizeMode = Literal["stretch", "crop", "letterbox"]
ChannelOrder = Literal["rgb", "bgr"]
Interpolation = Literal["nearest", "bilinear", "bicubic", "lanczos"]
Box = tuple[float, float, float, float]

# A JPEG may be decoded at a reduced scale that leaves at least this many times the sides that the
# network takes. Of photos of 1,700 x 1,500 pixels, shrunk to 224: 1.0 decodes them in 4.6 ms and
# leaves as little as 36 dB (30 dB on the worst) to the image decoded in full, 1.5 in 5.2 ms and
# 47 dB, 2.0 in 7 ms and 52 dB, in full it is 14.5 ms. From 47 dB on, the difference is less than
# that of saving the JPEG once more.
_DRAFT_MARGIN = 1.5
# Images that are many times too large are first averaged to this many times the target; more
# than 50 dB to the exact result.
_REDUCING_GAP = 3.0

_RESAMPLING: dict[Interpolation, Image.Resampling] = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


@dataclass(frozen=True, slots=True)
class PreprocessingSpec:
    """How an image of any size becomes the input of a network.

    Attributes:
        width_px: width of the input.
        height_px: height of the input.
        resize_mode: `stretch` ignores the aspect ratio, `crop` keeps the middle, `letterbox` keeps
            everything and pads with the mean colour.
        channel_order: `rgb` or `bgr`.
        mean: what the graph subtracts, on the scale 0 to 255, in `channel_order`.
        std: what the graph divides by then, likewise.
        interpolation: the filter; when shrinking it is widened, so that nothing aliases.
    """

    width_px: int
    height_px: int
    resize_mode: ResizeMode = "crop"
    channel_order: ChannelOrder = "rgb"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    interpolation: Interpolation = "bilinear"

    def __post_init__(self) -> None:
        """Refuse what cannot be carried out.

        Raises:
            ValueError: a field has a value that is not one of its kind.
        """
        for name in ("width_px", "height_px"):
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise ValueError(f"{name} must be a whole number from 1, not {value!r}.")
        for name, allowed in (
            ("resize_mode", get_args(ResizeMode)),
            ("channel_order", get_args(ChannelOrder)),
            ("interpolation", get_args(Interpolation)),
        ):
            value = getattr(self, name)
            if value not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
        _check_channels("mean", self.mean, low=0)
        _check_channels("std", self.std, low=1e-6)

    def to_json(self) -> dict[str, Any]:
        """The spec as JSON values; `from_json` reads it back."""
        return {**asdict(self), "mean": list(self.mean), "std": list(self.std)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "PreprocessingSpec":
        """Read what `to_json` has written.

        Raises:
            ValueError: a field is unknown, missing or of a wrong value.
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise ValueError(
                f"A preprocessing spec has no field {unknown[0]!r}; it has "
                f"{', '.join(sorted(known))}."
            )
        if missing := sorted({"width_px", "height_px"} - set(values)):
            raise ValueError(f"A preprocessing spec needs {' and '.join(missing)}.")
        return cls(**{name: _from_list(value) for name, value in values.items()})


def resize_mode_for(sides_px: NDArray[np.integer | np.floating]) -> ResizeMode | None:
    """What the shapes of images ask for: that nothing is cut off.

    `letterbox` for images of different shapes, which does not bend them either; `stretch` for long
    ones that are all bent alike.

    Args:
        sides_px: width and height of each [N, 2].

    Returns:
        None where all but a few have much the same shape, and one near a square.
    """
    if len(sides_px) == 0:
        return None
    low, high = np.percentile(sides_px[:, 0] / sides_px[:, 1], (5, 95))
    if high > _SAME_SHAPE * low:
        return "letterbox"
    return "stretch" if low > _ELONGATED or high < 1 / _ELONGATED else None


def prepare(data: bytes, spec: PreprocessingSpec, *, max_pixels: int) -> NDArray[np.uint8]:
    """The bytes of an image as the input of a network: uint8, (height_px, width_px, 3).

    Normalisation is not applied: the exported graph does that.

    Raises:
        InvalidImage: the bytes are no image that we accept (see `decode`).
    """
    side_px = math.ceil(max(spec.width_px, spec.height_px) * _DRAFT_MARGIN)
    image, _header = decode_image(data, max_pixels=max_pixels, min_side_px=side_px)
    return _resize(image, spec)


def resize(pixels: NDArray[np.uint8], spec: PreprocessingSpec) -> NDArray[np.uint8]:
    """RGB pixels of any size, (height, width, 3), as the input of a network, like `prepare`."""
    return _resize(Image.fromarray(pixels), spec)


def shown_parts(spec: PreprocessingSpec, size: tuple[int, int]) -> tuple[Box, Box]:
    """What of an image of `size` (width, height) a network sees, and where in its input.

    Returns:
        The part of the image, and the part of the input that shows it; each (left, top, right,
        bottom), as shares of the whole.
    """
    whole = (0.0, 0.0, 1.0, 1.0)
    if spec.resize_mode == "crop":
        box = _middle(size, (spec.width_px, spec.height_px))
        return _shares(box, size), whole
    if spec.resize_mode == "letterbox":
        left, top, width, height = _inside(size, spec)
        box = (left, top, left + width, top + height)
        return whole, _shares(box, (spec.width_px, spec.height_px))
    return whole, whole


def _shares(box: Box, size: tuple[int, int]) -> Box:
    width, height = size
    return box[0] / width, box[1] / height, box[2] / width, box[3] / height


def _resize(image: Image.Image, spec: PreprocessingSpec) -> NDArray[np.uint8]:
    target = (spec.width_px, spec.height_px)
    if spec.resize_mode == "letterbox":
        return _letterbox(image, spec)
    box = (0.0, 0.0, float(image.width), float(image.height))
    if spec.resize_mode == "crop":
        box = _middle(image.size, target)
    return _channels(_scale(image, target, spec, box), spec)


def _letterbox(image: Image.Image, spec: PreprocessingSpec) -> NDArray[np.uint8]:
    left, top, width, height = _inside(image.size, spec)
    padded = np.empty((spec.height_px, spec.width_px, 3), np.uint8)
    padded[:] = np.clip(np.rint(spec.mean), 0, 255)
    inside = _scale(image, (width, height), spec)
    padded[top : top + height, left : left + width] = _channels(inside, spec)
    return padded


def _inside(size: tuple[int, int], spec: PreprocessingSpec) -> tuple[int, int, int, int]:
    """Left, top, width and height of an image that is put whole into the input."""
    factor = min(spec.width_px / size[0], spec.height_px / size[1])
    width, height = max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
    return (spec.width_px - width) // 2, (spec.height_px - height) // 2, width, height


def _middle(size: tuple[int, int], target: tuple[int, int]) -> Box:
    """The largest box of the target's aspect ratio in the middle of the image."""
    width, height = size
    factor = min(width / target[0], height / target[1])
    box_width, box_height = target[0] * factor, target[1] * factor
    left, top = (width - box_width) / 2, (height - box_height) / 2
    # Rounding may carry a side over the edge by a hair, which Pillow refuses.
    return (
        max(0.0, left),
        max(0.0, top),
        min(float(width), left + box_width),
        min(float(height), top + box_height),
    )


def _scale(
    image: Image.Image,
    size: tuple[int, int],
    spec: PreprocessingSpec,
    box: Box | None = None,
) -> Image.Image:
    return image.resize(size, _RESAMPLING[spec.interpolation], box=box, reducing_gap=_REDUCING_GAP)


def _channels(image: Image.Image, spec: PreprocessingSpec) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = np.asarray(image)
    return pixels if spec.channel_order == "rgb" else np.ascontiguousarray(pixels[:, :, ::-1])


def _check_channels(name: str, values: object, *, low: float) -> None:
    if (
        not isinstance(values, tuple)
        or len(values) != 3
        or not all(type(value) in (int, float) and math.isfinite(value) for value in values)
        or min(values) < low
    ):
        raise ValueError(f"{name} must be three numbers from {low:g}, not {values!r}.")


def _from_list(value: object) -> Any:
    return tuple(value) if isinstance(value, list) else value
