"""`kaggle:owner/name`: data sets of Kaggle, through kagglehub, its cache and credentials."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

from tellapart.errors import DownloadFailed, MissingDependency, SourceNotFound
from tellapart.intake.sources.hubs.snapshot import open_snapshot
from tellapart.intake.sources.items import DownloadReport, Source
from tellapart.intake.sources.specs import is_hub_name
from tellapart.settings import Settings

_REPORT_EVERY_S = 0.5


def open_kaggle(
    name: str, settings: Settings, *, unlabeled: bool, on_download: DownloadReport
) -> Source:
    """Download a data set of images, or take it from kagglehub's cache, and open it.

    Raises:
        MissingDependency: kagglehub is not installed.
        SourceNotFound: there is no such data set, or it is not for everybody.
        DownloadFailed: Kaggle cannot be reached.
        SourceError: it is no data set of images.
    """
    if not is_hub_name(name):
        raise SourceNotFound(
            f"kaggle:{name[:80]} is no name of a data set: give kaggle:owner/name."
        )
    folder = _download(name, on_download)
    return open_snapshot(f"kaggle:{name}", folder, settings, unlabeled=unlabeled)


def _download(name: str, on_download: DownloadReport) -> Path:
    try:
        import kagglehub
        from kagglehub.config import get_cache_folder
    except ImportError as error:
        raise MissingDependency(
            "kaggle: needs kagglehub, which is not installed. Install it with "
            "pip install 'tellapart[kaggle]'."
        ) from error
    owner, title = name.split("/")[:2]
    cache = Path(get_cache_folder(), "datasets", owner, title)

    def report() -> None:
        on_download(sum(_size_bytes(path) for path in cache.glob("*.archive")), None)

    download = _in_background(lambda: str(kagglehub.dataset_download(name)))
    while not wait([download], _REPORT_EVERY_S).done:
        report()
    try:
        return Path(download.result())
    except Exception as error:
        raise _explained(name, error) from error


def _in_background(work: Callable[[], str]) -> Future[str]:
    """Run what cannot be told to stop; who waits for it may give up at any time."""
    result: Future[str] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, name="kagglehub", daemon=True).start()
    return result


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it has just become the data set
        return 0


def _explained(name: str, error: Exception) -> Exception:
    response: Any = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if status in (401, 403, 404):
        return SourceNotFound(
            f"kaggle:{name} does not exist, or is not for everybody (Kaggle answers {status}). "
            "Check the name; for a private data set, or one with terms, put your token into "
            "KAGGLE_API_TOKEN or ~/.kaggle/kaggle.json."
        )
    said = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    if isinstance(error, OSError) and status is None:
        said = "Kaggle cannot be reached"
    return DownloadFailed(
        f"kaggle:{name} could not be downloaded: {(said or type(error).__name__)[:300]}. Without a "
        "connection, download it from its page on another machine, and import the ZIP."
    )
