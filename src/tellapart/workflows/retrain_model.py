"""Train, and before it bring in what came with the request: images in, a judged version out."""

from pathlib import Path
from typing import Any

from tellapart.jobs.progress import JobPart, JobProgress
from tellapart.store.storage import Storage
from tellapart.workflows.import_images import import_images
from tellapart.workflows.train_model import train_model

_IMPORT_SHARE = 0.2


def retrain_model(
    storage: Storage, params: dict[str, Any], reporter: JobProgress
) -> dict[str, Any]:
    """Import an upload if one came along, then train on all of the data set.

    Args:
        storage: the workspace.
        params: those of `train_model`, and under `import` those of `import_images`.
        reporter: told how far it is; may stop it.

    Returns:
        The result of `train_model`, and under `import` that of the import.

    Raises:
        SourceError: the upload cannot be imported; nothing is trained.
    """
    upload = params.get("import")
    if upload is None:
        return train_model(storage, params, reporter)
    result: dict[str, Any] = {}
    # A job that was interrupted while it trained has imported already.
    if Path(str(upload["source"])).exists():
        result["import"] = import_images(storage, upload, JobPart(reporter, 0.0, _IMPORT_SHARE))
    return train_model(storage, params, JobPart(reporter, _IMPORT_SHARE, 1.0)) | result
