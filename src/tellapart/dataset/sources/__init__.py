"""Where pictures come from."""

from collections.abc import Callable
from pathlib import Path

from tellapart.dataset.sources.archive import ArchiveSource
from tellapart.dataset.sources.folder import FolderSource
from tellapart.dataset.sources.items import RefusedFile, Source, SourceItem
from tellapart.errors import SourceNotFound
from tellapart.settings import Settings

__all__ = ["RefusedFile", "Source", "SourceItem", "open_source"]


def open_source(spec: str | Path, settings: Settings, *, unlabeled: bool = False) -> Source:
    """Open what a user names as a data set.

    Args:
        spec: a folder, a ZIP file, or `builtin:digits`.
        settings: the limits.
        unlabeled: take pictures without regard to what their folders say.

    Raises:
        SourceNotFound: there is no such thing.
        UnsafeArchive: the file is no ZIP, or one that could do harm.
        NoClassesFound: there are pictures, and none has a class; not if `unlabeled`.
        SourceError: it cannot be read, or has no pictures.
        MissingDependency: it comes with a package that is not installed.
    """
    if str(spec) == "builtin:digits":
        # Its dependency belongs to training, and a server does not have it.
        from tellapart.dataset.sources.builtin import DigitsSource

        return DigitsSource(settings, unlabeled=unlabeled)
    path = Path(spec)
    if _is(Path.is_dir, path) and str(spec):
        return FolderSource(path, settings, unlabeled=unlabeled)
    if _is(Path.is_file, path):
        return ArchiveSource(path, settings, unlabeled=unlabeled)
    raise SourceNotFound(
        f"There is no data set {str(spec)!r}. Give a folder of pictures, a ZIP file, or "
        "builtin:digits."
    )


def _is(question: Callable[[Path], bool], path: Path) -> bool:
    try:
        return question(path)
    except (OSError, ValueError):  # too long, or with characters that no path has
        return False
