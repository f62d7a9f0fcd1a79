"""Judge a model version on the test pictures of the current data set."""

import numpy as np

from tellapart.errors import DatasetError, NotEnoughData
from tellapart.evaluation.metrics import ClassificationReport, classification_report
from tellapart.registry.versions import ModelRegistry
from tellapart.store.storage import Storage
from tellapart.workflows.answer_pictures import answer_pictures
from tellapart.workflows.load_training_set import load_training_set


def evaluate_model(storage: Storage, version: int) -> ClassificationReport:
    """All numbers of a version on the current test split.

    Raises:
        ModelNotFound: there is no such version.
        NotEnoughData: the test split is empty.
        DatasetError: it has a class that the model does not know.
    """
    model = ModelRegistry(storage.database).get(version)
    _, data = load_training_set(storage)
    test = data.splits["test"]
    if len(test) == 0:
        raise NotEnoughData("The test split is empty. Import more pictures.")
    names = model.row.class_names
    labels = [data.class_names[number] for number in test.y]
    unknown = sorted(set(labels) - set(names))
    if unknown:
        raise DatasetError(
            f"Version {version} does not know the class {unknown[0]!r}, which the test pictures "
            "have. Train a new version."
        )
    probabilities = answer_pictures(storage, model, test.content_hashes, labels, data.read)
    y_true = np.array([names.index(label) for label in labels], dtype=np.int64)
    return classification_report(y_true, probabilities, names)
