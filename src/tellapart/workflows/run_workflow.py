"""Run the workflow of a job: the one place that knows which does what."""

import shutil

from tellapart.jobs.contracts import (
    AnyJobParams,
    CheckParams,
    ExportParams,
    ImportParams,
    LearningCurveParams,
    ProposalParams,
    TrainParams,
)
from tellapart.jobs.load_tests import LoadTestParams
from tellapart.jobs.payloads import JobResult
from tellapart.jobs.queue import JobQueue
from tellapart.jobs.worker import JobReporter
from tellapart.store.storage import Storage
from tellapart.store.temporary_files import temporary_files_in
from tellapart.workflows.data.advise_on_data import advise_on_data
from tellapart.workflows.data.check_dataset import check_dataset
from tellapart.workflows.data.check_labels import check_labels
from tellapart.workflows.data.import_images import import_images
from tellapart.workflows.models.export_model import export_model
from tellapart.workflows.serving.run_load_test import run_load_test
from tellapart.workflows.training.propose_labels import propose_labels
from tellapart.workflows.training.retrain_model import retrain_model


def run_workflow(storage: Storage, params: AnyJobParams, reporter: JobReporter) -> JobResult:
    """Do what a job asks for; its parameters tell its kind."""
    _remove_abandoned(storage)
    with temporary_files_in(storage.temporary / reporter.job_id):
        return _run(storage, params, reporter)


def _remove_abandoned(storage: Storage) -> None:
    """Remove the temporary files of workers that were killed."""
    folders = list(storage.temporary.glob("*"))
    kept = JobQueue(storage.database, storage.settings).unfinished_ids() if folders else set()
    for folder in folders:
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _run(  # noqa: PLR0911 - one for each kind
    storage: Storage, params: AnyJobParams, reporter: JobReporter
) -> JobResult:
    match params:
        case ImportParams():
            return import_images(storage, params, reporter)
        case CheckParams(labels_only=True):
            return check_labels(storage, reporter)
        case CheckParams():
            return check_dataset(storage, params, reporter)
        case TrainParams():
            return retrain_model(storage, params, reporter)
        case ExportParams():
            return export_model(storage, params, reporter)
        case LearningCurveParams():
            return advise_on_data(storage, params, reporter)
        case ProposalParams():
            return propose_labels(storage, params, reporter)
        case LoadTestParams():
            return run_load_test(storage, params, reporter)
