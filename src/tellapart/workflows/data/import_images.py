"""Bring images in."""

from pathlib import Path

from tellapart.errors import JobCancelled, SourceNotFound, TellapartError
from tellapart.intake.pipeline import ingest
from tellapart.intake.sources import Source, open_source
from tellapart.intake.sources.quarantine import QUARANTINE, QuarantineSource
from tellapart.jobs.contracts import CheckParams, ImportParams, ImportResult
from tellapart.jobs.progress import JobProgress
from tellapart.jobs.queue import JobQueue
from tellapart.store.outages import storage_full
from tellapart.store.storage import Storage


def import_images(storage: Storage, params: ImportParams, reporter: JobProgress) -> ImportResult:
    """Import a source as one new dataset version.

    Raises:
        SourceError: it cannot be read as a data set.
        JobCancelled: the reporter said so.
    """
    uploaded: Path | None = None
    if params.delete_source:
        # Rows of earlier releases have a whole path; the key is the name of the file.
        uploaded = storage.uploads / Path(params.source).name
        params = params.model_copy(update={"source": str(uploaded)})
    if uploaded is not None and not uploaded.exists():
        raise SourceNotFound("The upload is gone from the workspace. Upload it again.")
    try:
        result = _ingest(storage, params, reporter)
    except JobCancelled:
        # Else another worker has the job now, or it may be resumed, and the upload is needed.
        if uploaded is not None and _queue(storage).is_given_up(reporter.job_id):
            uploaded.unlink(missing_ok=True)
        raise
    except Exception as error:
        known = storage_full(error) or error
        if uploaded is None or not isinstance(known, TellapartError):
            raise
        uploaded.unlink(missing_ok=True)
        # The user knows the upload by another name than the one that it is kept under.
        raise type(known)(str(known).replace(uploaded.name, params.name or "the upload")) from error
    if uploaded is not None:
        uploaded.unlink(missing_ok=True)
    if result.added or result.labeled:
        _check_afterwards(storage)
    return result


def _ingest(storage: Storage, params: ImportParams, reporter: JobProgress) -> ImportResult:
    def on_progress(done: int, total: int) -> None:
        reporter.check_cancelled()
        reporter.stage("Importing pictures", done / total if total else None)

    reporter.stage("Reading the list of files", None)
    with _open(storage, params, reporter) as source:
        result = ingest(
            storage,
            source,
            split_mode=params.split,
            group_by=params.group_by,
            on_progress=on_progress,
            name=None if params.source == QUARANTINE else params.name,
            author=params.author,
        )
    reporter.log(_in_words(result))
    return result


def _open(storage: Storage, params: ImportParams, reporter: JobProgress) -> Source:
    if params.source == QUARANTINE:
        return QuarantineSource(storage)

    def on_download(done_bytes: int, total_bytes: int | None) -> None:
        reporter.check_cancelled()
        reporter.stage("Downloading", done_bytes / total_bytes if total_bytes else None)

    return open_source(
        params.source, storage.settings, unlabeled=params.unlabeled, on_download=on_download
    )


def _check_afterwards(storage: Storage) -> None:
    """Queue a check of the data set, unless one is queued already."""
    queue = _queue(storage)
    if storage.settings.check_after_import and not queue.waiting("check"):
        queue.submit(CheckParams())


def _queue(storage: Storage) -> JobQueue:
    return JobQueue(storage.database, storage.settings)


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
