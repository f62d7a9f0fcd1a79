"""Data sets that lie on this machine. What a file is, its first bytes say, not its name."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tellapart.errors import SourceError, SourceNotFound
from tellapart.images.decode import is_image_start
from tellapart.intake.sources.archives.tar_archive import START_BYTES, TarSource, is_tar
from tellapart.intake.sources.archives.zip_archive import ArchiveSource
from tellapart.intake.sources.folder import FolderSource
from tellapart.intake.sources.items import Source
from tellapart.intake.sources.records.cifar import CifarSource, holds_cifar
from tellapart.intake.sources.records.idx import IdxSource, has_idx_files
from tellapart.intake.sources.records.parquet import ParquetSource
from tellapart.intake.sources.specs import KNOWN
from tellapart.settings import Settings

_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_OTHER_ARCHIVES = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z"}


def open_path(
    path: Path, settings: Settings, *, unlabeled: bool, class_names: Sequence[str] = ()
) -> Source:
    """Open a folder or a file.

    Args:
        path: a folder of images or of IDX files, a ZIP, a tar archive, a Parquet file, or the
            binary CIFAR-10.
        settings: the limits.
        unlabeled: take images without regard to what is said of them.
        class_names: what to call the classes of IDX files, which have numbers only.

    Raises:
        SourceNotFound: there is nothing.
        SourceError: it cannot be read; see the sources.
    """
    if _is(Path.is_dir, path):
        if has_idx_files(path):
            return IdxSource(path, settings, unlabeled=unlabeled, class_names=class_names)
        return FolderSource(path, settings, unlabeled=unlabeled)
    if not _is(Path.is_file, path) and _is(Path.exists, path):
        raise SourceError(f"{path} is neither a folder nor a regular file. Give {KNOWN}.")
    if not _is(Path.is_file, path):
        raise SourceNotFound(f"There is no data set {str(path)[:200]!r}. Give {KNOWN}.")
    start = _first_bytes(path)
    if start.startswith(_GZIP) and holds_cifar(path):
        return CifarSource(path, settings, unlabeled=unlabeled)
    if is_tar(start):
        return TarSource(path, settings, unlabeled=unlabeled)
    if start.startswith(_PARQUET):
        return ParquetSource(path.name, {path.name: path}, settings, unlabeled=unlabeled)
    _refuse_others(path, start)
    return ArchiveSource(path, settings, unlabeled=unlabeled)


def _refuse_others(path: Path, start: bytes) -> None:
    """Say of one image, and of archives of other kinds, what to do with them."""
    if is_image_start(start):
        raise SourceError(
            f"{path.name} is one picture, not a data set. Give the folder, ZIP or tar archive that "
            f"it is in. What is in it: tellapart predict {path.name}"
        )
    for magic, kind in _OTHER_ARCHIVES.items():
        if start.startswith(magic):
            raise SourceError(
                f"{path.name} is a {kind} archive, which is not read. Unpack it and import the "
                "folder, or make a ZIP of it."
            )


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(START_BYTES)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror}.") from error


def _is(question: Callable[[Path], bool], path: Path) -> bool:
    try:
        return question(path)
    except (OSError, ValueError):  # too long, or with characters that no path has
        return False
