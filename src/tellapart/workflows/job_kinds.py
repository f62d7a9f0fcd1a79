"""Which workflow runs a job of each kind: its parameters in, its result out."""

from collections.abc import Mapping
from functools import partial

from tellapart.jobs.worker import Workflow
from tellapart.store.storage import Storage
from tellapart.workflows.advise_on_data import advise_on_data
from tellapart.workflows.check_dataset import check_dataset
from tellapart.workflows.export_model import export_model
from tellapart.workflows.import_images import import_images
from tellapart.workflows.propose_labels import propose_labels
from tellapart.workflows.retrain_model import retrain_model
from tellapart.workflows.run_load_test import run_load_test


def workflows_of(storage: Storage) -> Mapping[str, Workflow]:
    """All workflows by the kind of their jobs."""
    return {
        "import": partial(import_images, storage),
        "check": partial(check_dataset, storage),
        "train": partial(retrain_model, storage),
        "export": partial(export_model, storage),
        "propose_labels": partial(propose_labels, storage),
        "learning_curve": partial(advise_on_data, storage),
        "loadtest": partial(run_load_test, storage),
    }
