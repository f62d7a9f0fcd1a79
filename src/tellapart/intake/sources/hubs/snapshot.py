"""A folder as a hub of data sets hands it out: images, ZIPs of them, or Parquet files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from tellapart.intake.paths import skip_reason
from tellapart.intake.sources.archives.zip_archive import Archive
from tellapart.intake.sources.folder import list_folder
from tellapart.intake.sources.items import Source
from tellapart.intake.sources.listing import Entry, ListedSource, SourceFile
from tellapart.intake.sources.records.parquet import ParquetSource
from tellapart.settings import Settings


def open_snapshot(
    name: str,
    folder: Path,
    settings: Settings,
    *,
    unlabeled: bool,
    inside: Path | None = None,
    class_names: Mapping[str, Sequence[str]] | None = None,
) -> Source:
    """Open what was downloaded of a data set. Links may lead to below `inside`.

    Raises:
        NoClassesFound: there are images, and none has a class; not if `unlabeled`.
        SourceError: it is damaged, or has no images.
    """
    tables = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.parquet")}
    if tables:
        return ParquetSource(name, tables, settings, unlabeled=unlabeled, class_names=class_names)
    return _SnapshotSource(name, folder, settings, unlabeled=unlabeled, inside=inside)


class _SnapshotSource(ListedSource):
    """The images of a folder, and those in its ZIPs, as if each were a folder of its name."""

    def __init__(
        self, name: str, folder: Path, settings: Settings, *, unlabeled: bool, inside: Path | None
    ) -> None:
        self._folder = folder
        self._inside = inside
        self._limits = settings
        self._open_archives = ExitStack()
        self._archives: dict[str, Archive] = {}
        try:
            super().__init__(name, self._all, settings, unlabeled=unlabeled)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._open_archives.close()

    def _all(self) -> Iterator[Entry]:
        for entry in list_folder(self._folder, self._limits.max_image_bytes, self._inside):
            if isinstance(entry, SourceFile) and skip_reason(entry.name) == ".zip file":
                yield from self._archived(entry.name)
            else:
                yield entry

    def _archived(self, name: str) -> Iterator[Entry]:
        if name not in self._archives:
            archive = Archive(self._folder / name, self._limits)
            self._open_archives.callback(archive.close)
            self._archives[name] = archive
        prefix = name[: -len(".zip")]
        for entry in self._archives[name].entries():
            yield replace(entry, name=f"{prefix}/{entry.name}")
