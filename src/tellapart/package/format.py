"""The model package: one ONNX file that says itself how to feed it and how to read its answer.

It takes `images`, uint8 [N, height, width, 3], and gives `probabilities`, float32 [N, K], that are
normalised and calibrated inside the graph. Since format 2 it may also give, each where the recipe
has it: `features` [N, D], which the last layer sees; `distance` [N] to the training data; and
`activation_maps` [N, K, h, w], where in the image each class is seen. All else is in its
metadata, under the keys below; the values are strings, the structured ones are JSON. Other programs
can use the file with these alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tellapart.errors import ModelUnreadable
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.runtime.session import InferenceSession

FORMAT_VERSION = 2
_READABLE_FORMATS = ("1", "2")
INPUT = "images"
OUTPUT = "probabilities"
FEATURES = "features"
DISTANCE = "distance"
ACTIVATION_MAPS = "activation_maps"
# The head's arrays in the graph of a probe model; its Keras files are made from them.
HEAD_WEIGHTS = "classifier_weights"
HEAD_BIAS = "classifier_bias"


Reason = Literal["low_confidence", "unlike_training_data"]


@dataclass(frozen=True)
class ModelPackage:
    """What a model says of itself. The order of `class_names` is that of the probabilities.

    An image that is further away than `distance_threshold` is unlike the training data, of which
    half are nearer than `median_distance`; both are None for a model that gives no distance.
    """

    spec: PreprocessingSpec
    class_names: tuple[str, ...]
    recipe: str
    backbone: str | None
    temperature: float
    confidence_threshold: float
    distance_threshold: float | None = None
    median_distance: float | None = None
    format_version: int = FORMAT_VERSION

    def distance_score(self, distance: float) -> float | None:
        """How like the training data: 1 from their median on, a half at the threshold, then to 0.

        None when the model has no threshold.
        """
        if self.distance_threshold is None or self.median_distance is None:
            return None
        margin = max(self.distance_threshold - self.median_distance, 1e-6)
        return float(min(1.0, 0.5 ** ((distance - self.median_distance) / margin)))

    def reason_to_abstain(self, confidence: float, distance: float | None) -> Reason | None:
        """Why an answer should not be believed; None when it may be.

        An image unlike the training data is told first: there a confidence means nothing.
        """
        limit = self.distance_threshold
        # Written so that NaN is far away.
        if distance is not None and limit is not None and not distance <= limit:
            return "unlike_training_data"
        return None if confidence >= self.confidence_threshold else "low_confidence"

    def to_metadata(self) -> dict[str, str]:
        """The metadata of the ONNX file."""
        distances = {
            "distance_threshold": self.distance_threshold,
            "median_distance": self.median_distance,
        }
        return {
            "tellapart_format": str(self.format_version),
            "class_names": json.dumps(list(self.class_names), ensure_ascii=False),
            "preprocessing": json.dumps(self.spec.to_json()),
            "input_size": json.dumps([self.spec.width_px, self.spec.height_px]),
            "channel_order": self.spec.channel_order,
            "resize_mode": self.spec.resize_mode,
            "recipe": self.recipe,
            "backbone": self.backbone or "",
            "temperature": repr(self.temperature),
            "confidence_threshold": repr(self.confidence_threshold),
            **{key: repr(value) for key, value in distances.items() if value is not None},
        }

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str]) -> "ModelPackage":
        """Read what `to_metadata` has written.

        Raises:
            ModelUnreadable: a key is missing or has a wrong value, or a newer release wrote it.
        """
        _check_format(metadata)
        try:
            package = cls(
                spec=PreprocessingSpec.from_json(json.loads(metadata["preprocessing"])),
                class_names=_names(json.loads(metadata["class_names"])),
                recipe=metadata["recipe"],
                backbone=metadata["backbone"] or None,
                temperature=_number(metadata, "temperature", 1e-6, 1e6),
                confidence_threshold=_number(metadata, "confidence_threshold", 0, 1),
                distance_threshold=_distance(metadata, "distance_threshold"),
                median_distance=_distance(metadata, "median_distance"),
                format_version=int(metadata["tellapart_format"]),
            )
        except KeyError as error:
            raise ModelUnreadable(
                f"The model does not say its {error.args[0]}. "
                "It was not written by Tellapart, or was altered since."
            ) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise ModelUnreadable(
                f"What the model says of itself makes no sense ({error}). "
                "It was altered since Tellapart wrote it."
            ) from error
        return package


def read_package(session: InferenceSession) -> ModelPackage:
    """What the model in a session says of itself.

    Raises:
        ModelUnreadable: it is not a model package, or its graph is not the one that it describes.
    """
    package = ModelPackage.from_metadata(session.metadata)
    expected = (None, package.spec.height_px, package.spec.width_px, 3)
    classes, shapes = len(package.class_names), session.output_shapes
    given = shapes.get(OUTPUT) == (None, classes) and all(
        name not in shapes or shapes[name][: len(shape)] == shape
        for name, shape in ((DISTANCE, (None,)), (ACTIVATION_MAPS, (None, classes)))
    )
    described = package.distance_threshold is None or DISTANCE in shapes
    if session.input_shape != expected or not given or not described:
        raise ModelUnreadable(
            f"The model takes {session.input_shape} and gives {shapes}; its "
            f"description promises {expected} and {classes} classes. "
            "It was altered since Tellapart wrote it."
        )
    return package


def _check_format(metadata: Mapping[str, str]) -> None:
    found = metadata.get("tellapart_format")
    if found is None:
        raise ModelUnreadable(
            "This ONNX file is not a Tellapart model: it has no `tellapart_format`."
        )
    if found not in _READABLE_FORMATS:
        raise ModelUnreadable(
            f"The model has format {found}, this Tellapart reads formats up to {FORMAT_VERSION}. "
            "Update Tellapart, or train the model again."
        )


def _names(value: Any) -> tuple[str, ...]:
    if (
        not isinstance(value, list)
        or not all(isinstance(name, str) and name for name in value)
        or len(set(value)) != len(value)
        or len(value) < 2
    ):
        raise ValueError(f"class_names is {value!r}")
    return tuple(value)


def _number(metadata: Mapping[str, str], key: str, low: float, high: float) -> float:
    value = float(metadata[key])
    # Written so that NaN is outside too.
    if not low <= value <= high:
        raise ValueError(f"{key} is {value}")
    return value


def _distance(metadata: Mapping[str, str], key: str) -> float | None:
    return _number(metadata, key, 0, 1e30) if key in metadata else None
