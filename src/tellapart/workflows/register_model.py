"""Judge a packaged model on the test split and enter it into the registry."""

from tellapart.evaluation.metrics import ClassificationReport, classification_report
from tellapart.models.packaging import PackagedModel
from tellapart.models.trained import TrainedModel
from tellapart.models.training_data import TrainingSet
from tellapart.registry.versions import ModelRegistry, NewModel
from tellapart.store.storage import Storage


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
    blobs = storage.blobs
    artifacts = {name: (blobs.write(data), len(data)) for name, data in packaged.files.items()}
    version = ModelRegistry(storage.database).register(
        NewModel(
            recipe=trained.recipe,
            backbone=trained.backbone,
            dataset_version=dataset_version,
            class_names=list(trained.class_names),
            parameters=dict(trained.parameters),
            metrics=report.metrics(),
            report={**report.to_json(), **packaged.facts},
            artifacts=artifacts,
            job_id=job_id,
        )
    )
    return version, report
