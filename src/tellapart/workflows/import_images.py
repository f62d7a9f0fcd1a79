"""Bring pictures in."""

from pathlib import Path
from typing import Any, cast

from tellapart.dataset.import_result import ImportResult
from tellapart.dataset.intake import take_in
from tellapart.dataset.sources import open_source
from tellapart.dataset.splits import SplitMode
from tellapart.errors import JobCancelled, SourceNotFound, TellapartError
from tellapart.jobs.worker import JobMonitor
from tellapart.store.storage import Storage


def import_images(storage: Storage, params: dict[str, Any], monitor: JobMonitor) -> dict[str, Any]:
    """Import a source as one new dataset version.

    Args:
        storage: the workspace.
        params: `source` (what `open_source` understands), `split` (auto, train or test),
            `unlabeled`, and for uploads `name` (what to call it) and `delete_source`.
        monitor: told how far it is; may stop it.

    Returns:
        The fields of `ImportResult`.
    """
    address = str(params["source"])
    uploaded = Path(address) if params.get("delete_source") else None
    if uploaded is not None and not uploaded.exists():
        raise SourceNotFound("The upload is gone from the workspace. Upload it again.")
    try:
        result = _take_in(storage, address, params, monitor)
    except JobCancelled:  # perhaps another worker has it now, and still needs the upload
        raise
    except TellapartError as error:
        if uploaded is None:
            raise
        uploaded.unlink(missing_ok=True)
        # The user knows the upload by another name than the one that it is kept under.
        raise type(error)(str(error).replace(uploaded.name, str(params["name"]))) from error
    if uploaded is not None:
        uploaded.unlink(missing_ok=True)
    return result.to_json()


def _take_in(
    storage: Storage, address: str, params: dict[str, Any], monitor: JobMonitor
) -> ImportResult:
    def on_progress(done: int, total: int) -> None:
        monitor.check_cancelled()
        monitor.stage("Importing pictures", done / total)

    monitor.stage("Reading the list of files", None)
    unlabeled = bool(params.get("unlabeled"))
    with open_source(address, storage.settings, unlabeled=unlabeled) as source:
        result = take_in(
            storage,
            source,
            split_mode=cast("SplitMode", params.get("split", "auto")),
            on_progress=on_progress,
            name=params.get("name"),
        )
    monitor.log(_in_words(result))
    return result


def _in_words(result: ImportResult) -> str:
    parts = [f"{result.added:,} added", f"{result.duplicates:,} there already"]
    if result.labeled:
        parts.append(f"{result.labeled:,} got their class")
    if result.conflicts:
        parts.append(f"{result.conflicts:,} there under another class")
    if result.quarantined:
        parts.append(f"{result.quarantined:,} quarantined")
    if result.skipped:
        parts.append(f"{sum(result.skipped.values()):,} skipped that are no pictures")
    return f"{result.source}: {', '.join(parts)}."
