"""Bring images in."""

from pathlib import Path
from typing import Any, cast

from tellapart.dataset.splits import SplitMode
from tellapart.errors import JobCancelled, SourceNotFound, TellapartError
from tellapart.intake.import_result import ImportResult
from tellapart.intake.pipeline import ingest
from tellapart.intake.sources import Source, open_source
from tellapart.intake.sources.quarantine import QUARANTINE, QuarantineSource
from tellapart.jobs.progress import JobProgress
from tellapart.jobs.queue import JobQueue
from tellapart.store.full_disk import storage_full
from tellapart.store.storage import Storage


def import_images(
    storage: Storage, params: dict[str, Any], reporter: JobProgress
) -> dict[str, Any]:
    """Import a source as one new dataset version.

    Args:
        storage: the workspace.
        params: `source` (what `open_source` understands), `split` (auto, train or test),
            `unlabeled`, and for uploads `name` (what to call it) and `delete_source`.
        reporter: told how far it is; may stop it.

    Returns:
        The fields of `ImportResult`.
    """
    address = str(params["source"])
    uploaded = Path(address) if params.get("delete_source") else None
    if uploaded is not None and not uploaded.exists():
        raise SourceNotFound("The upload is gone from the workspace. Upload it again.")
    try:
        result = _ingest(storage, address, params, reporter)
    except JobCancelled:  # perhaps another worker has it now, and still needs the upload
        raise
    except Exception as error:
        known = storage_full(error) or error
        if uploaded is None or not isinstance(known, TellapartError):
            raise
        uploaded.unlink(missing_ok=True)
        # The user knows the upload by another name than the one that it is kept under.
        raise type(known)(str(known).replace(uploaded.name, str(params["name"]))) from error
    if uploaded is not None:
        uploaded.unlink(missing_ok=True)
    if result.added or result.labeled:
        _check_afterwards(storage)
    return result.to_json()


def _ingest(
    storage: Storage, address: str, params: dict[str, Any], reporter: JobProgress
) -> ImportResult:
    def on_progress(done: int, total: int) -> None:
        reporter.check_cancelled()
        reporter.stage("Importing pictures", done / total if total else None)

    reporter.stage("Reading the list of files", None)
    with _open(storage, address, params, reporter) as source:
        result = ingest(
            storage,
            source,
            split_mode=cast("SplitMode", params.get("split", "auto")),
            on_progress=on_progress,
            name=None if address == QUARANTINE else params.get("name"),
            author=params.get("author", ""),
        )
    reporter.log(_in_words(result))
    return result


def _open(storage: Storage, address: str, params: dict[str, Any], reporter: JobProgress) -> Source:
    if address == QUARANTINE:
        return QuarantineSource(storage)

    def on_download(done_bytes: int, total_bytes: int | None) -> None:
        reporter.check_cancelled()
        reporter.stage("Downloading", done_bytes / total_bytes if total_bytes else None)

    unlabeled = bool(params.get("unlabeled"))
    return open_source(address, storage.settings, unlabeled=unlabeled, on_download=on_download)


def _check_afterwards(storage: Storage) -> None:
    """Have the data set checked by whoever works next, unless that is to be done already."""
    queue = JobQueue(storage.database, storage.settings)
    if storage.settings.check_after_import and not queue.waiting("check"):
        queue.submit("check", {})


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
