"""Train, after bringing in what came with the request: images in, a judged version out."""

import time
from pathlib import Path

from tellapart.errors import JobError
from tellapart.jobs.contracts import PseudoLabelResult, TrainingResult, TrainParams
from tellapart.jobs.failures import error_of
from tellapart.jobs.progress import JobPart, JobProgress
from tellapart.jobs.queue import FINISHED, JobQueue
from tellapart.labeling.upload_batches import get_batch
from tellapart.store.storage import Storage
from tellapart.workflows.data.check_labels import check_labels_later
from tellapart.workflows.data.import_images import import_images
from tellapart.workflows.training.add_pseudo_labels import add_pseudo_labels, take_back
from tellapart.workflows.training.train_model import train_model

_IMPORT_SHARE = 0.2
_PSEUDO_SHARE = 0.5
_POLL_S = 0.2


def retrain_model(storage: Storage, params: TrainParams, reporter: JobProgress) -> TrainingResult:
    """Import an upload if one came along, add pseudo-labels if asked, train on all of the data set.

    Pseudo-labels stay when the version that learned from them is promoted, or was not to be judged;
    otherwise they are taken back.

    Raises:
        SourceError: the upload cannot be imported; nothing is trained.
        NoChampion: no model is in service to give pseudo-labels.
    """
    imported, begin = None, 0.0
    if params.upload is not None:
        begin = _IMPORT_SHARE
        # A job that was interrupted while it trained has imported already.
        if (storage.uploads / Path(params.upload.source).name).exists():
            imported = import_images(storage, params.upload, JobPart(reporter, 0.0, begin))
    if params.pseudo_labels:
        if params.batch_id is not None:
            _wait_for_import(storage, params.batch_id, reporter)
        part = JobPart(reporter, begin, _PSEUDO_SHARE)
        pseudo = add_pseudo_labels(storage, params.batch_id, part)
        result = _train_and_judge(storage, params, reporter, pseudo)
    else:
        result = train_model(storage, params, JobPart(reporter, begin, 1.0))
    check_labels_later(storage)
    return result.model_copy(update={"imported": imported})


def _train_and_judge(
    storage: Storage, params: TrainParams, reporter: JobProgress, pseudo: PseudoLabelResult
) -> TrainingResult:
    kept = False
    try:
        result = train_model(storage, params, JobPart(reporter, _PSEUDO_SHARE, 1.0))
        kept = result.promoted or params.promote != "auto"
    finally:
        if not kept:
            take_back(storage, pseudo)
    if not kept:
        reporter.log("The pseudo-labels were taken back: the model is no better with them.")
    judged = pseudo.model_copy(update={"kept": kept})
    return result.model_copy(update={"pseudo_labels": judged})


def _wait_for_import(storage: Storage, batch_id: int, reporter: JobProgress) -> None:
    with storage.database.reading() as session:
        job_id = get_batch(session, batch_id).import_job_id
    jobs = JobQueue(storage.database, storage.settings)
    while (job := jobs.get(job_id)).status not in FINISHED:
        reporter.check_cancelled()
        reporter.stage("Waiting for the import of the pictures", None)
        time.sleep(_POLL_S)
    if job.status == "cancelled":
        raise JobError(f"The import of batch {batch_id} was cancelled. Upload it again.")
    if job.status == "failed":
        raise error_of(job.error_code, job.error_detail)
