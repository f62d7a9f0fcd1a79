"""From a trained model to its files: calibrated, exported, and proved to answer alike."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.evaluation.calibration import (
    ConfidenceThreshold,
    choose_target,
    confidence_threshold,
    fit_temperature,
    softmax,
    threshold_costs,
)
from tellapart.evaluation.metrics import wilson_interval
from tellapart.evaluation.novelty import (
    MOST_IMAGES,
    NoveltyDetector,
    distance_threshold,
    fit_novelty,
)
from tellapart.jobs.contracts import KerasFormat
from tellapart.jobs.progress import ProgressReporter
from tellapart.package.export import (
    check_onnx_parity,
    count_parameters,
    describe_graph,
    export_onnx,
)
from tellapart.package.format import ACTIVATION_MAPS, ModelPackage
from tellapart.package.int8_acceptance import judge_int8, judge_speed
from tellapart.package.keras_files import check_keras_parity
from tellapart.package.trained import ExportableModel, Int8Verdict, TrainedModel
from tellapart.runtime.linear_algebra import one_blas_thread
from tellapart.runtime.session import InferenceSession
from tellapart.store.tables import SPLITS
from tellapart.store.temporary_files import temporary_folder

_KERAS_PARITY_IMAGES = 16


@dataclass(frozen=True)
class PackagedModel:
    """An exported model that agrees with the trained one.

    Attributes:
        package: what the model says of itself.
        files: the bytes of each file by its format, `onnx` and others.
        probabilities: float32 [N, K]: what the model in service answers for the test split.
        distances: float32 [N]: how unlike the training data it finds those images.
        facts: how it was calibrated and proved, as JSON values; a part of its report.
    """

    package: ModelPackage
    files: Mapping[str, bytes]
    probabilities: NDArray[np.float32]
    distances: NDArray[np.float32]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class _Calibration:
    """What images say of a model that it has not learned from.

    `threshold` aims at the share `target` of right answers; `costs` is what other targets would
    cost. Both are measured on `images` images; `distances` are those of validation.
    """

    package: ModelPackage
    novelty: NoveltyDetector
    target: float
    threshold: ConfidenceThreshold
    costs: Sequence[tuple[float, ConfidenceThreshold]]
    images: int
    distances: NDArray[np.float32]


def package_model(
    trained: TrainedModel,
    training_set: TrainingSet,
    *,
    target_precision: float | None,
    max_pixels: int,
    try_int8: bool,
    reporter: ProgressReporter,
) -> PackagedModel:
    """Calibrate on images not learned from, export, prove each export, answer the test images.

    The test images are answered by the trained model, which the proof has found to answer as the
    file does: once more through decoder and network they would take minutes.

    Args:
        trained: the model.
        training_set: what it was trained on.
        target_precision: share of right answers that the confidence threshold aims at; None for
            the usual one, or a lower one where that would leave few answers.
        max_pixels: larger images are refused.
        try_int8: whether int8 is tried.
        reporter: told of the progress, asked whether to stop.

    Raises:
        ParityError: an exported file disagrees with the trained model.
        JobCancelled: the reporter said so.
    """
    reporter.stage("Exporting and checking", 0.0)
    with one_blas_thread():
        novelty = fit_novelty(trained.learned_features(MOST_IMAGES))
    found = _calibrate(trained, trained, novelty, training_set, target_precision)
    graph = trained.to_onnx(found.package.temperature)
    onnx = describe_graph(graph, found.package, novelty)
    session = InferenceSession(onnx)
    parity = check_onnx_parity(session, trained, training_set, max_pixels=max_pixels)
    reporter.check_cancelled()
    files, parities = _keras_files(trained, found.package, onnx, training_set, max_pixels)
    files["onnx"] = onnx
    reporter.check_cancelled()
    served: ExportableModel = trained
    small = None
    if try_int8:
        reporter.stage("Trying int8", 0.5)
        small = trained.quantized(
            graph, found.package.temperature, training_set, max_pixels=max_pixels, reporter=reporter
        )
    verdict = small if isinstance(small, Int8Verdict) else None
    if small is not None and not isinstance(small, Int8Verdict):
        validation = len(training_set.splits["validation"])
        trial = InferenceSession(export_onnx(small, found.package, novelty))
        speedup, verdict = judge_speed(session, trial, validation)
        reporter.check_cancelled()
        if verdict is None:
            smaller = _calibrate(trained, small, novelty, training_set, target_precision)
            int8 = export_onnx(small, smaller.package, novelty)
            opened = InferenceSession(int8)
            verdict = judge_int8(
                trained, small, opened, speedup, training_set, max_pixels=max_pixels
            )
            if verdict.kept:
                served, found, files["int8"] = small, smaller, int8
    reporter.check_cancelled()
    if verdict is not None:
        reporter.log(f"int8: {verdict.reason}")
    exports = {
        "parity": {"onnx": parity.max_probability_difference, **parities},
        "int8": None if verdict is None else asdict(verdict),
        "heat_maps": ACTIVATION_MAPS in session.output_shapes,
    }
    return PackagedModel(
        package=found.package,
        files=files,
        probabilities=_probabilities(served.logits("test"), found.package),
        distances=novelty.distances(served.features("test")),
        facts={
            **_facts(found),
            "held_out": _held_out_accuracy(trained),
            "exports": exports,
            "total_params": count_parameters(graph),
        },
    )


def images_asked(training_set: TrainingSet) -> int:
    """How many images `package_model` asks a network about, in float32 and in int8."""
    train, validation, test = (len(training_set.splits[split]) for split in SPLITS)
    return min(train, MOST_IMAGES) + 2 * validation + test


def _calibrate(
    trained: TrainedModel,
    answering: ExportableModel,
    novelty: NoveltyDetector,
    training_set: TrainingSet,
    target_precision: float | None,
) -> _Calibration:
    y, logits = training_set.splits["validation"].y, answering.logits("validation")
    if trained.held_out is not None:
        y, logits = trained.held_out.y, trained.held_out.logits
    temperature = fit_temperature(logits, y)
    probabilities = softmax(logits, temperature)
    costs = threshold_costs(probabilities, y)
    target = choose_target(costs) if target_precision is None else target_precision
    threshold = confidence_threshold(probabilities, y, target)
    distances = novelty.distances(answering.features("validation"))
    unlike = distance_threshold(distances)
    package = ModelPackage(
        spec=trained.spec,
        class_names=trained.class_names,
        recipe=trained.recipe,
        backbone=trained.backbone,
        temperature=temperature,
        confidence_threshold=threshold.threshold,
        distance_threshold=unlike,
        median_distance=None if unlike is None else novelty.median,
    )
    return _Calibration(package, novelty, target, threshold, costs, len(y), distances)


def _facts(found: _Calibration) -> dict[str, Any]:
    package, threshold = found.package, found.threshold
    unlike = package.distance_threshold
    return {
        "temperature": package.temperature,
        "confidence_threshold": package.confidence_threshold,
        "preprocessing": package.spec.to_json(),
        "threshold": {
            "value": threshold.threshold,
            "target_precision": found.target,
            "precision": threshold.precision,
            "coverage": threshold.coverage,
            "reached": threshold.reached,
            "pictures": found.images,
            "costs": [
                {"target_precision": target, **asdict(cost)} for target, cost in _others(found)
            ],
        },
        "novelty": None
        if unlike is None
        else {"threshold": unlike, "validation_share": float((found.distances > unlike).mean())},
    }


def _held_out_accuracy(trained: TrainedModel) -> dict[str, float] | None:
    """How many of its held-out answers are right; None where validation is all that there is."""
    if trained.held_out is None:
        return None
    right = int((trained.held_out.logits.argmax(axis=1) == trained.held_out.y).sum())
    total = len(trained.held_out.y)
    low, high = wilson_interval(right, total)
    return {
        "accuracy": right / total, "accuracy_low": low, "accuracy_high": high, "pictures": total,
    }  # fmt: skip


def _others(found: _Calibration) -> list[tuple[float, ConfidenceThreshold]]:
    """What else may be aimed at: of the targets with one threshold, the strictest."""
    known = {found.threshold.threshold}
    others = []
    for target, cost in found.costs:
        if cost.threshold not in known:
            known.add(cost.threshold)
            others.append((target, cost))
    return others


def _probabilities(logits: NDArray[np.float32], package: ModelPackage) -> NDArray[np.float32]:
    return softmax(logits, package.temperature).astype(np.float32)


def _keras_files(
    trained: TrainedModel,
    package: ModelPackage,
    onnx: bytes,
    training_set: TrainingSet,
    max_pixels: int,
) -> tuple[dict[str, bytes], dict[str, float]]:
    """The Keras files of a model that was trained with Keras, and how far each is from the package.

    Those of others are made on demand.
    """
    if trained.recipe == "probe":
        return {}, {}
    files, parities = {}, {}
    images = _first(training_set, training_set.splits["test"])
    with temporary_folder() as folder:
        for name in get_args(KerasFormat):
            path = folder / f"model.{name}"
            trained.to_keras(package.temperature, path, name)
            parity = check_keras_parity(path, onnx, images, max_pixels=max_pixels)
            files[name] = path.read_bytes()
            parities[name] = parity.max_probability_difference
    return files, parities


def _first(training_set: TrainingSet, examples: Examples) -> list[bytes]:
    return [training_set.read(name) for name in examples.content_hashes[:_KERAS_PARITY_IMAGES]]
