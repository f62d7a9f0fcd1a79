"""Pictures in a folder."""

import os
import stat
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tellapart.dataset.sources.listing import (
    ListedSource,
    SourceFile,
    read_failure,
    too_many_bytes,
)
from tellapart.errors import SourceError
from tellapart.settings import Settings


class FolderSource(ListedSource):
    """The pictures below a folder, in the order of their names.

    A link to a folder is not followed, nor one to a file outside of the folder: both are skipped.
    """

    def __init__(self, folder: Path, settings: Settings, *, unlabeled: bool) -> None:
        """List the folder.

        Raises:
            NoClassesFound: there are pictures, and none has a class; not if `unlabeled`.
            SourceError: the folder cannot be listed, or has no pictures.
        """
        skipped: Counter[str] = Counter()
        files = list(_list_files(folder, skipped, settings.max_image_bytes))
        super().__init__(str(folder), files, settings, unlabeled=unlabeled, skipped=skipped)


def _list_files(folder: Path, skipped: Counter[str], limit: int) -> Iterator[SourceFile]:
    inside = folder.resolve()
    for parent, folders, names in os.walk(folder, onerror=_cannot_list):
        folders.sort()
        if links := sum(Path(parent, name).is_symlink() for name in folders):
            skipped["symlink"] += links
        for name in sorted(names):
            path = Path(parent, name)
            size_or_reason = _examine(path, inside)
            if isinstance(size_or_reason, str):
                skipped[size_or_reason] += 1
            else:
                shown = _shown_name(path.relative_to(folder).as_posix())
                yield SourceFile(shown, size_or_reason, partial(_read, path, shown, limit))


def _examine(path: Path, inside: Path) -> int | str:
    """The size of a file, or why it is left out."""
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            return "symlink"
        status = path.stat()
    except (OSError, RuntimeError):  # a link to nothing, or to itself
        return "symlink"
    return status.st_size if stat.S_ISREG(status.st_mode) else "special file"


def _cannot_list(error: OSError) -> None:
    raise SourceError(
        f"The folder {error.filename} cannot be listed: {error.strerror}. Check its permissions."
    ) from error


def _shown_name(name: str) -> str:
    """The name of a file as text; one that is not UTF-8 is taken for Latin-1."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("latin-1")
    return name


def _read(path: Path, name: str, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            size_bytes = os.fstat(file.fileno()).st_size
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise read_failure(name, "it was removed after the folder had been listed") from None
    except OSError as error:
        raise read_failure(name, error.strerror or str(error)) from error
    if len(data) > limit:
        raise too_many_bytes(name, limit)
    if len(data) != size_bytes:
        raise read_failure(name, "it changed while it was being read; import it again")
    return data
