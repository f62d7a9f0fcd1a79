"""What a source gives: images that may be labelled, and what it could not give."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from tellapart.store.tables import Split

DownloadReport = Callable[[int, int | None], None]
"""Told the bytes that are there and, if known, all there will be; may raise to cancel."""


@dataclass(frozen=True, slots=True)
class SourceItem:
    """An image of a source; its bytes are read when asked for.

    `read` may be called from several threads. It raises `InvalidImage` when this file cannot be
    used, and `SourceError` when the whole source has to be given up. `size_bytes` is a forecast
    where images are made while they are read.
    """

    name: str
    label: str | None
    split: Split | None
    size_bytes: int
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """An image that cannot be taken, with the `code` of an error and a sentence.

    `read` gives its bytes as those of a `SourceItem`; it is None when they must not be read.
    """

    name: str
    code: str
    reason: str
    read: Callable[[], bytes] | None = None


class Source(Protocol):
    """Images from somewhere, one after another: a source is never held in memory.

    `total` says how many items to expect; what changes meanwhile makes it wrong. `skipped` counts
    what is no image, by the reason, and `skipped_examples` names a few of each; `notes` say in
    sentences how it was read. They and `refused` are complete when `items()` is exhausted.
    """

    name: str
    total: int
    skipped: Counter[str]
    skipped_examples: dict[str, list[str]]
    notes: list[str]
    refused: list[RefusedFile]

    def items(self) -> Iterator[SourceItem]:
        """The images, in an order that does not change.

        Raises:
            SourceError: the source turns out to be damaged.
        """

    def close(self) -> None:
        """Give back files; nothing can be read any more."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
