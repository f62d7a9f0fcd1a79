"""Train, and before it bring in what came with the request: images in, a judged version out."""

from pathlib import Path

from tellapart.jobs.contracts import TrainingResult, TrainParams
from tellapart.jobs.progress import JobPart, JobProgress
from tellapart.store.storage import Storage
from tellapart.workflows.import_images import import_images
from tellapart.workflows.train_model import train_model

_IMPORT_SHARE = 0.2


def retrain_model(storage: Storage, params: TrainParams, reporter: JobProgress) -> TrainingResult:
    """Import an upload if one came along, then train on all of the data set.

    Raises:
        SourceError: the upload cannot be imported; nothing is trained.
    """
    if params.upload is None:
        return train_model(storage, params, reporter)
    imported = None
    # A job that was interrupted while it trained has imported already.
    if Path(params.upload.source).exists():
        imported = import_images(storage, params.upload, JobPart(reporter, 0.0, _IMPORT_SHARE))
    trained = train_model(storage, params, JobPart(reporter, _IMPORT_SHARE, 1.0))
    return trained.model_copy(update={"imported": imported})
