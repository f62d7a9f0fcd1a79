"""Int8 beside float32, and Keras beside ONNX: photos of cats and dogs, and CIFAR-10.

    TELLAPART_BENCH_DATA=… python benchmarks/exports.py

What int8 costs in accuracy is measured on photos by five folds of the probe's head over all of
them, on CIFAR-10 by the scratch recipe after two minutes of training, on its test split.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from measure import data_archive, save, tellapart
from numpy.typing import NDArray

from tellapart import Workspace
from tellapart.dataset.training_set import TrainingSet
from tellapart.evaluation.calibration import softmax
from tellapart.evaluation.metrics import log_loss
from tellapart.features.backbones.catalogue import load_backbone
from tellapart.features.backbones.int8 import quantized_backbone
from tellapart.features.embeddings import EmbeddingStore, embed
from tellapart.jobs.contracts import ExportFormat
from tellapart.jobs.progress import NullReporter
from tellapart.package.int8_acceptance import measure_speedup
from tellapart.package.keras_files import check_keras_parity
from tellapart.package.prediction import predict
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.runtime.session import InferenceSession
from tellapart.store.storage import Storage
from tellapart.training.probe.logistic_head import fit_head
from tellapart.workflows.training.load_training_set import load_training_set

KERAS_IMAGES = 64
RACES = 3
FOLDS = 5
FORMATS: tuple[ExportFormat, ...] = ("onnx", "keras", "h5")


def main() -> None:
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, archive, options in (
            ("photos", "cats-vs-dogs.zip", ["--recipe", "probe"]),
            ("cifar10", "cifar10.zip", ["--recipe", "scratch", "--time-budget", "120s"]),
        ):
            workspace = Path(folder) / name
            tellapart(workspace, "import", str(data_archive(archive)))
            trained = tellapart(workspace, "train", *options)
            found = files(workspace, trained["model_version"])
            if name == "photos":
                found |= folds(workspace)
            figures |= {f"{name}_{key}": value for key, value in found.items()}
    save("exports", figures)


def files(workspace: Path, version: int) -> dict[str, Any]:
    with Workspace(workspace) as opened:
        verdict = opened.report(version)["exports"]["int8"]
        # Where int8 was not kept, the reason stands in the place of its figures.
        kept: list[ExportFormat] = ["int8"] if verdict["kept"] else []
        paths = {name: workspace / f"model.{name}" for name in (*FORMATS, *kept)}
        for name, path in paths.items():
            opened.export(version, name, path)
        found = compare_files(paths, load_training_set(opened.storage)[1])
    return {**found, "int8": verdict["reason"]}


def compare_files(paths: dict[ExportFormat, Path], images: TrainingSet) -> dict[str, Any]:
    data = {name: path.read_bytes() for name, path in paths.items()}
    figures: dict[str, Any] = {}
    served: tuple[ExportFormat, ...] = ("onnx", "int8")
    asked = [name for name in served if name in data]
    if len(asked) == 2:
        exact, small = (InferenceSession(data[name]) for name in asked)
        races = [measure_speedup(exact, small) for _ in range(RACES)]
        figures["int8_speedup"] = round(float(np.median(races)), 2)
    test = images.splits["test"]
    for name in asked:
        answers = predict(data[name], test.content_hashes, images.read, max_pixels=10**8)
        right = answers.probabilities.argmax(axis=1) == test.y
        figures[f"{name}_accuracy"] = round(float(right.mean()), 4)
    shown = [images.read(each) for each in test.content_hashes[:KERAS_IMAGES]]
    for name in FORMATS[1:]:
        parity = check_keras_parity(paths[name], data["onnx"], shown)
        figures[f"{name}_largest_difference"] = float(f"{parity.max_probability_difference:.2g}")
    return {"test_pictures": len(test), **figures}


def folds(workspace: Path) -> dict[str, Any]:
    """The head of the probe, fitted on vectors in float32 and asked about others in int8."""
    with Workspace(workspace) as opened:
        exact, small, y = vectors(opened.storage, load_training_set(opened.storage)[1])
    order = np.random.default_rng(0).permutation(len(y))
    right, losses = np.zeros(2), np.zeros(2)
    for fold in np.array_split(order, FOLDS):
        rest = np.setdiff1d(order, fold)
        cut = len(rest) // 8
        head = fit_head(
            (exact[rest[cut:]], y[rest[cut:]]),
            (exact[rest[:cut]], y[rest[:cut]]),
            report=lambda *_: None,
        )
        for place, matrix in enumerate((exact, small)):
            p = softmax(head.logits(matrix[fold]))
            right[place] += (p.argmax(axis=1) == y[fold]).sum()
            losses[place] += log_loss(p, y[fold]) / FOLDS
    shares = right / len(y)
    return {
        "5_fold_accuracy": round(float(shares[0]), 4),
        "5_fold_int8_accuracy": round(float(shares[1]), 4),
        "5_fold_int8_points_lost": round(float(shares[0] - shares[1]) * 100, 2),
        "5_fold_log_loss": round(float(losses[0]), 4),
        "5_fold_int8_log_loss": round(float(losses[1]), 4),
    }


def vectors(
    storage: Storage, images: TrainingSet
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    """Embeddings of all images in float32 and in int8, and their classes."""
    cache = storage.settings.backbone_cache
    backbone = load_backbone("efficientnet-lite0", cache, images.median_side_px)
    small = quantized_backbone(backbone, [], cache)
    assert small is not None
    names = [name for part in images.splits.values() for name in part.content_hashes]
    found = [
        embed(
            names,
            images.read,
            network,
            EmbeddingStore(storage.database, cache),
            max_pixels=10**8,
            threads=usable_cores(),
            reporter=NullReporter(),
        )
        for network in (backbone, small)
    ]
    return found[0], found[1], np.concatenate([part.y for part in images.splits.values()])


if __name__ == "__main__":
    main()
