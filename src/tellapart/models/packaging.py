"""From a trained model to its files: calibrated, exported, and proved to answer alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tellapart.evaluation.calibration import confidence_threshold, fit_temperature, softmax
from tellapart.jobs.monitor import Monitor
from tellapart.models.export import check_onnx_parity, export_onnx
from tellapart.models.package import ModelPackage
from tellapart.models.prediction import predict_probabilities
from tellapart.models.trained import TrainedModel
from tellapart.models.training_data import TrainingSet


@dataclass(frozen=True)
class PackagedModel:
    """An exported model that agrees with the trained one.

    Attributes:
        package: what the model says of itself.
        files: the bytes of each file by its format, `onnx` and others.
        probabilities: float32 [N, K]: what the model in service answers for the test split.
        facts: how it was calibrated and proved, as JSON values; a part of its report.
    """

    package: ModelPackage
    files: Mapping[str, bytes]
    probabilities: NDArray[np.float32]
    facts: Mapping[str, Any]


def package_model(
    trained: TrainedModel,
    training_set: TrainingSet,
    *,
    target_precision: float,
    max_pixels: int,
    monitor: Monitor,
) -> PackagedModel:
    """Calibrate on validation, export, prove the export, answer the test pictures.

    Raises:
        ParityError: the exported graph disagrees with the trained model.
        JobCancelled: the monitor said so.
    """
    monitor.stage("Exporting and checking", 0.0)
    package = _calibrated(trained, training_set, target_precision)
    onnx = export_onnx(trained, package)
    parity = check_onnx_parity(onnx, trained, training_set, max_pixels=max_pixels)
    monitor.check_cancelled()
    monitor.stage("Evaluating", 0.5)
    test = training_set.splits["test"]
    probabilities = predict_probabilities(
        onnx, test.content_hashes, training_set.read, max_pixels=max_pixels
    )
    facts = {
        "temperature": package.temperature,
        "confidence_threshold": package.confidence_threshold,
        "onnx_parity": parity.max_probability_difference,
        "preprocessing": package.spec.to_json(),
    }
    files = {"onnx": onnx, **_keras_files(trained, package)}
    return PackagedModel(package, files, probabilities, facts)


def _calibrated(
    trained: TrainedModel, training_set: TrainingSet, target_precision: float
) -> ModelPackage:
    y = training_set.splits["validation"].y
    logits = trained.logits("validation")
    temperature = fit_temperature(logits, y)
    threshold = confidence_threshold(softmax(logits, temperature), y, target_precision)
    return ModelPackage(
        spec=trained.spec,
        class_names=trained.class_names,
        recipe=trained.recipe,
        backbone=trained.backbone,
        temperature=temperature,
        confidence_threshold=threshold.threshold,
    )


def _keras_files(trained: TrainedModel, package: ModelPackage) -> dict[str, bytes]:
    """The Keras files of a model that was trained with Keras; others are made on demand."""
    if trained.backbone is not None:
        return {}
    with TemporaryDirectory() as folder:
        files = {}
        for name in ("keras", "h5"):
            path = Path(folder) / f"model.{name}"
            trained.to_keras(package.temperature, path, name)
            files[name] = path.read_bytes()
        return files
