"""A source of images that are made in memory, and what its import left behind."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from sqlalchemy import select

from tellapart.dataset.versions import (
    LabeledImage,
    labeled_images,
    latest_version,
)
from tellapart.intake.pipeline import ingest
from tellapart.intake.sources import RefusedFile, SourceItem
from tellapart.jobs.contracts import ImportResult, SplitMode
from tellapart.store.storage import Storage
from tellapart.store.tables import (
    DatasetVersion,
    QuarantinedFile,
    Split,
)


@dataclass
class ImageArrays:
    """A source in memory: files by `class/name`; a name without a class is unlabelled."""

    files: dict[str, bytes | Callable[[], bytes]]
    split: Split | None = None
    name: str = "pictures"
    skipped: Counter[str] = field(default_factory=Counter)
    skipped_examples: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)
    total: int = field(init=False)

    def __post_init__(self) -> None:
        self.total = len(self.files)

    def items(self) -> Iterator[SourceItem]:
        for name, data in self.files.items():
            label = name.partition("/")[0] if "/" in name else None
            read = data if callable(data) else lambda data=data: data
            yield SourceItem(name, label, self.split, 0, read)

    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def bring_in(
    storage: Storage,
    files: Mapping[str, bytes | Callable[[], bytes]],
    *,
    mode: SplitMode = "auto",
    split: Split | None = None,
    refused: list[RefusedFile] | None = None,
) -> ImportResult:
    source = ImageArrays({**files}, split=split, refused=refused or [])
    return ingest(storage, source, split_mode=mode, on_progress=lambda _done, _total: None)


def current(storage: Storage) -> dict[str, LabeledImage]:
    with storage.database.reading() as session:
        version = latest_version(session)
        if version is None:
            return {}
        return {image.content_hash: image for image in labeled_images(session, version.id)}


def versions(storage: Storage) -> list[DatasetVersion]:
    with storage.database.reading() as session:
        return list(session.scalars(select(DatasetVersion).order_by(DatasetVersion.id)))


def quarantine(storage: Storage) -> list[QuarantinedFile]:
    with storage.database.reading() as session:
        return list(session.scalars(select(QuarantinedFile).order_by(QuarantinedFile.id)))
