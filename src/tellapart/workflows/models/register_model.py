"""Judge a packaged model on the test split and enter it into the registry."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from tellapart.dataset.training_set import TrainingSet
from tellapart.evaluation.metrics import ClassificationReport, classification_report
from tellapart.evaluation.weaknesses import confused_pairs, weakest_classes
from tellapart.package.build import PackagedModel
from tellapart.package.trained import TrainedModel
from tellapart.registry.answers import ARTIFACT, Answers
from tellapart.registry.versions import ModelRegistry, NewModel
from tellapart.store.storage import Storage
from tellapart.workflows.data.find_leaks import report_leaks
from tellapart.workflows.serving.predict_images import distance_scores


def register_model(
    storage: Storage,
    trained: TrainedModel,
    packaged: PackagedModel,
    training_set: TrainingSet,
    *,
    dataset_version: int,
    job_id: str,
) -> tuple[int, ClassificationReport]:
    """The number of the new version, and its numbers on the test split.

    Raises:
        StorageFull: its files do not fit on the disk; nothing is registered.
    """
    test = training_set.splits["test"]
    report = classification_report(test.y, packaged.probabilities, training_set.class_names)
    leaks = report_leaks(storage, training_set)
    files = {**packaged.files, ARTIFACT: _answers(packaged, training_set).to_bytes()}
    artifacts = {name: (storage.blobs.put(data), len(data)) for name, data in files.items()}
    version = ModelRegistry(storage.database).register(
        NewModel(
            recipe=trained.recipe,
            backbone=trained.backbone,
            dataset_version=dataset_version,
            class_names=list(trained.class_names),
            parameters=dict(trained.parameters),
            metrics=report.metrics().model_dump(),
            report={
                **report.to_json(),
                **packaged.facts,
                **_counts(training_set, trained.recipe),
                "left_out": {name: dict(counts) for name, counts in training_set.left_out.items()},
                "leaks": leaks.count,
                "leak_check": leaks.check,
                "history": [dict(entry) for entry in trained.history],
                "weakest_classes": [
                    each.model_dump() for each in weakest_classes(report.per_class)
                ],
                "confused_pairs": [
                    asdict(pair)
                    for pair in confused_pairs(report.confusion_matrix, report.class_names)
                ],
            },
            artifacts=artifacts,
            job_id=job_id,
        )
    )
    return version, report


def _answers(packaged: PackagedModel, training_set: TrainingSet) -> Answers:
    test = training_set.splits["test"]
    return Answers(
        test.content_hashes,
        tuple(training_set.class_names[number] for number in test.y),
        packaged.probabilities,
        distance_scores(packaged.package, packaged.distances),
        tested=len(test),
    )


def _counts(training_set: TrainingSet, recipe: str) -> Mapping[str, Any]:
    """Images by split, and by class and split."""
    names = training_set.class_names
    counts = {
        split: np.bincount(examples.y, minlength=len(names)).tolist()
        for split, examples in training_set.splits.items()
    }
    return {
        "splits": {split: len(examples) for split, examples in training_set.splits.items()},
        "pseudo_labels": len(training_set.pseudo) if recipe == "probe" else 0,
        "class_splits": {
            name: {split: counts[split][number] for split in counts}
            for number, name in enumerate(names)
        },
    }
