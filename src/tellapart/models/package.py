"""The model package: one ONNX file that says itself how to feed it and how to read its answer.

It takes `images`, uint8 [N, height, width, 3], and gives `probabilities`, float32 [N, K], that are
normalised and calibrated inside the graph. All else is in its metadata, under the keys below; the
values are strings, the structured ones are JSON. Other programs can use the file with these alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tellapart.errors import ModelUnreadable
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.runtime.session import InferenceSession

FORMAT_VERSION = 1
INPUT = "images"
OUTPUT = "probabilities"
# The head's arrays in the graph of a probe model; its Keras files are made from them.
HEAD_WEIGHTS = "classifier_weights"
HEAD_BIAS = "classifier_bias"


@dataclass(frozen=True)
class ModelPackage:
    """What a model says of itself. The order of `class_names` is that of the probabilities."""

    spec: PreprocessingSpec
    class_names: tuple[str, ...]
    recipe: str
    backbone: str | None
    temperature: float
    confidence_threshold: float
    format_version: int = FORMAT_VERSION

    def to_metadata(self) -> dict[str, str]:
        """The metadata of the ONNX file."""
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
    if session.input_shape != expected or session.output_shapes != {
        OUTPUT: (None, len(package.class_names))
    }:
        raise ModelUnreadable(
            f"The model takes {session.input_shape} and gives {session.output_shapes}; its "
            f"description promises {expected} and {len(package.class_names)} classes. "
            "It was altered since Tellapart wrote it."
        )
    return package


def _check_format(metadata: Mapping[str, str]) -> None:
    found = metadata.get("tellapart_format")
    if found is None:
        raise ModelUnreadable(
            "This ONNX file is not a Tellapart model: it has no `tellapart_format`."
        )
    if found != str(FORMAT_VERSION):
        raise ModelUnreadable(
            f"The model has format {found}, this Tellapart reads format {FORMAT_VERSION}. "
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
