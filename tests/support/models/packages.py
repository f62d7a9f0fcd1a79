"""Tiny real model packages: what they answer is the colour of the image."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import write_version
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.package.format import ACTIVATION_MAPS, DISTANCE, INPUT, OUTPUT, ModelPackage
from tellapart.registry.versions import ModelRegistry, NewModel
from tellapart.store import tables
from tellapart.store.storage import Storage
from tests.support.images.builders import encode

COLOURS = ("red", "green", "blue")
METRICS = {
    "accuracy": 0.9, "accuracy_low": 0.8, "accuracy_high": 0.95, "precision_macro": 0.9,
    "recall_macro": 0.9, "f1_macro": 0.9, "precision_weighted": 0.9, "recall_weighted": 0.9,
    "f1_weighted": 0.9, "log_loss": 0.2, "ece": 0.01, "total": 10,
}  # fmt: skip
_SIDE_PX = 16


def colour_image(colour: str, side_px: int = 20) -> bytes:
    """A PNG of one colour: red, green, blue, or another name that Pillow knows."""
    return encode(Image.new("RGB", (side_px, side_px), colour), "PNG")


def colour_model(
    class_names: Sequence[str] = COLOURS,
    *,
    confidence_threshold: float = 0.5,
    strange_from: float | None = None,
) -> bytes:
    """A package whose first three classes are red, green and blue, under any names.

    With `strange_from` it has all outputs: then its distance is how bright the darkest channel is,
    0 to 1, and its maps show where each colour is.
    """
    package = ModelPackage(
        spec=PreprocessingSpec(
            width_px=_SIDE_PX, height_px=_SIDE_PX, resize_mode="stretch", channel_order="rgb",
            mean=(0.0, 0.0, 0.0), std=(255.0, 255.0, 255.0), interpolation="bilinear",
        ),
        class_names=tuple(class_names),
        recipe="probe",
        backbone=None,
        temperature=1.0,
        confidence_threshold=confidence_threshold,
        distance_threshold=strange_from,
        median_distance=None if strange_from is None else 0.0,
    )  # fmt: skip
    weights = np.zeros((3, len(class_names)), np.float32)
    weights[:, :3] = np.eye(3)[:, : len(class_names)] * 6 / 255
    model = helper.make_model(
        _graph(weights, strange_from is not None), opset_imports=[helper.make_opsetid("", 17)]
    )
    model.ir_version = 8
    onnx.helper.set_model_props(model, package.to_metadata())
    data: bytes = model.SerializeToString()
    return data


def register_colour_model(
    storage: Storage,
    class_names: Sequence[str] = COLOURS,
    *,
    confidence_threshold: float = 0.5,
    strange_from: float | None = None,
    backbone: str | None = None,
    parameters: Mapping[str, str] | None = None,
) -> int:
    """A new version that names colours; returns its number. It may say that it was trained so."""
    data = colour_model(
        class_names, confidence_threshold=confidence_threshold, strange_from=strange_from
    )
    model = NewModel(
        recipe="probe",
        backbone=backbone,
        dataset_version=_dataset_version(storage),
        class_names=list(class_names),
        parameters={"seed": 0, **(parameters or {})},
        metrics=dict(METRICS),
        report=_report(class_names),
        artifacts={"onnx": (storage.blobs.put(data), len(data))},
    )
    return ModelRegistry(storage.database).register(model)


def _graph(weights: np.ndarray, whole: bool) -> onnx.GraphProto:
    nodes = [
        helper.make_node("Cast", [INPUT], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["pixels"], ["means"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["means", "weights"], ["logits"]),
        helper.make_node("Softmax", ["logits"], [OUTPUT], axis=1),
    ]
    images = helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["N", _SIDE_PX, _SIDE_PX, 3])
    answer = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["N", weights.shape[1]])
    constants = [numpy_helper.from_array(weights, "weights")]
    answers = [answer]
    if whole:
        nodes += [
            helper.make_node("ReduceMin", ["means"], ["least"], axes=[1], keepdims=0),
            helper.make_node("Div", ["least", "white"], [DISTANCE]),
            helper.make_node("Transpose", ["pixels"], ["planes"], perm=[0, 3, 1, 2]),
            helper.make_node("Conv", ["planes", "kernel"], [ACTIVATION_MAPS]),
        ]
        kernel = np.ascontiguousarray(weights.T[:, :, None, None])
        constants += [
            numpy_helper.from_array(np.array(255, np.float32), "white"),
            numpy_helper.from_array(kernel, "kernel"),
        ]
        sides = ["N", weights.shape[1], _SIDE_PX, _SIDE_PX]
        answers += [
            helper.make_tensor_value_info(DISTANCE, TensorProto.FLOAT, ["N"]),
            helper.make_tensor_value_info(ACTIVATION_MAPS, TensorProto.FLOAT, sides),
        ]
    return helper.make_graph(nodes, "colours", [images], answers, constants)


def _dataset_version(storage: Storage) -> int:
    with storage.database.writing() as session:
        if (found := session.query(tables.DatasetVersion).first()) is not None:
            return found.id
        data = colour_image("red")
        image = tables.Image(
            content_hash=storage.blobs.put(data), thumbnail_hash=storage.blobs.put(data),
            original_name="red.png", format="PNG", width_px=20, height_px=20,
            exif_orientation=1, size_bytes=len(data),
        )  # fmt: skip
        session.add(image)
        session.flush()
        states = {image.id: ImageState("red", "train", "given")}
        made = write_version(session, states, author="", reason="One picture")
        assert made is not None
        return made.id


def _report(class_names: Sequence[str]) -> dict[str, object]:
    per_class = [
        {"label": name, "precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1}
        for name in class_names
    ]
    return {
        "metrics": dict(METRICS),
        "class_names": list(class_names),
        "per_class": per_class,
        "confusion_matrix": np.eye(len(class_names), dtype=int).tolist(),
        "reliability": [],
        "temperature": 1.0,
        "confidence_threshold": 0.5,
    }
