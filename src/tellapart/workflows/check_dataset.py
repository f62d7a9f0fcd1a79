"""Look at the data set as a whole: near-duplicates, doubtful labels, outliers, and its map."""

from typing import Any

from tellapart.jobs.worker import JobMonitor
from tellapart.store.storage import Storage


def check_dataset(storage: Storage, params: dict[str, Any], monitor: JobMonitor) -> dict[str, Any]:  # noqa: ARG001
    """Being written."""
    return {"dataset_version": 0, "issues": {}}
