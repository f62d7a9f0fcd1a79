"""Train on the current data set, prove the export, evaluate, register, and promote if better."""

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tellapart.errors import InvalidRequest
from tellapart.evaluation.calibration import confidence_threshold, fit_temperature, softmax
from tellapart.evaluation.metrics import ClassificationReport, classification_report
from tellapart.jobs.monitor import Part
from tellapart.jobs.worker import JobMonitor
from tellapart.models.export import check_onnx_parity, export_onnx
from tellapart.models.package import ModelPackage
from tellapart.models.prediction import predict_probabilities
from tellapart.models.trained import TrainedModel
from tellapart.models.training import train
from tellapart.models.training_data import TrainingContext, TrainingOptions, TrainingSet
from tellapart.registry.versions import ModelRegistry, NewModel
from tellapart.store.storage import Storage
from tellapart.workflows.load_training_set import load_training_set
from tellapart.workflows.promote_model import promote_if_better

_UNITS_S = {"": 1, "s": 1, "m": 60, "h": 3600}
_TRAINING_SHARE = 0.9


def train_model(storage: Storage, params: dict[str, Any], monitor: JobMonitor) -> dict[str, Any]:
    """Train a version.

    Args:
        storage: the workspace.
        params: the fields of `TrainingOptions`, with `time_budget` in words (`90s`, `10m`, `1h`),
            and `promote`: `auto` (when better), `always` or `never`.
        monitor: told how far it is; may stop it.

    Returns:
        `model_version`, `promoted`, `reason` and the test `metrics`.

    Raises:
        NotEnoughData, MissingDependency, BackboneUnavailable, TrainingError: it cannot be trained.
        ParityError: the exported graph disagrees with the trained model; nothing is registered.
    """
    options = _options(params)
    dataset_version, training_set = load_training_set(storage)
    context = TrainingContext(
        database=storage.database,
        cache_dir=storage.settings.backbone_cache,
        max_pixels=storage.settings.max_image_pixels,
        scratch_max_px=storage.settings.scratch_max_px,
    )
    trained = train(training_set, options, context, Part(monitor, 0.0, _TRAINING_SHARE))
    monitor.stage("Exporting and checking", _TRAINING_SHARE)
    candidate = _export(storage, trained, training_set)
    monitor.check_cancelled()
    monitor.stage("Evaluating", 0.95)
    test = training_set.splits["test"]
    probabilities = predict_probabilities(
        candidate.onnx, test.content_hashes, training_set.read, max_pixels=context.max_pixels
    )
    report = classification_report(test.y, probabilities, training_set.class_names)
    version = _register(storage, trained, candidate, report, dataset_version, monitor.job_id)
    decision = promote_if_better(
        storage, version, training_set, params["promote"], probabilities=probabilities
    )
    monitor.log(f"Version {version}: {report.accuracy:.2%} accurate. {decision.reason}")
    return {
        "model_version": version,
        "promoted": decision.promote,
        "reason": decision.reason,
        "metrics": report.metrics(),
    }


@dataclass(frozen=True)
class _Candidate:
    """An exported model that agrees with the trained one."""

    onnx: bytes
    package: ModelPackage
    parity: float


def _options(params: dict[str, Any]) -> TrainingOptions:
    return TrainingOptions(
        recipe=params["recipe"],
        backbone=params["backbone"],
        epochs=params["epochs"],
        time_budget_s=parse_duration_s(params["time_budget"]),
        seed=params["seed"],
        resize_mode=params["resize_mode"],
    )


def parse_duration_s(text: str | None) -> float | None:
    """Seconds from words such as `90`, `90s`, `10m` or `1.5h`.

    Raises:
        InvalidRequest: it is not such a word.
    """
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smh]?)\s*", text)
    if found is None or float(found[1]) == 0:
        raise InvalidRequest(f"{text!r} is no time budget. Write it like 90s, 10m or 1h.")
    return float(found[1]) * _UNITS_S[found[2]]


def _export(storage: Storage, trained: TrainedModel, training_set: TrainingSet) -> _Candidate:
    y = training_set.splits["validation"].y
    logits = trained.logits("validation")
    temperature = fit_temperature(logits, y)
    threshold = confidence_threshold(
        softmax(logits, temperature), y, storage.settings.target_precision
    )
    package = ModelPackage(
        spec=trained.spec,
        class_names=trained.class_names,
        recipe=trained.recipe,
        backbone=trained.backbone,
        temperature=temperature,
        confidence_threshold=threshold.threshold,
    )
    onnx = export_onnx(trained, package)
    max_pixels = storage.settings.max_image_pixels
    parity = check_onnx_parity(onnx, trained, training_set, max_pixels=max_pixels)
    return _Candidate(onnx, package, parity.max_probability_difference)


def _register(
    storage: Storage,
    trained: TrainedModel,
    candidate: _Candidate,
    report: ClassificationReport,
    dataset_version: int,
    job_id: str,
) -> int:
    files = {"onnx": candidate.onnx, **_keras_files(trained, candidate.package)}
    artifacts = {name: (storage.blobs.write(data), len(data)) for name, data in files.items()}
    details = {
        "temperature": candidate.package.temperature,
        "confidence_threshold": candidate.package.confidence_threshold,
        "onnx_parity": candidate.parity,
        "preprocessing": candidate.package.spec.to_json(),
    }
    return ModelRegistry(storage.database).register(
        NewModel(
            recipe=trained.recipe,
            backbone=trained.backbone,
            dataset_version=dataset_version,
            class_names=list(trained.class_names),
            parameters=dict(trained.parameters),
            metrics=report.metrics(),
            report={**report.to_json(), **details},
            artifacts=artifacts,
            job_id=job_id,
        )
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
