"""From a list of files to pictures with their classes: the part that all sources share."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tellapart.dataset.layouts import Layout, infer_layout, is_metadata, normalize_path, skip_reason
from tellapart.dataset.sources.items import RefusedFile, SourceItem
from tellapart.errors import (
    ImageTooLarge,
    InvalidClassName,
    InvalidImage,
    NoClassesFound,
    SourceError,
)
from tellapart.settings import Settings

EXPECTED_LAYOUT = (
    "Put the pictures of each class into a folder of its name (cats/1.jpg, dogs/1.jpg), or add a "
    "metadata.csv with the columns file_name and label."
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file in a source, by its path in it."""

    name: str
    size_bytes: int
    read: Callable[[], bytes]


class ListedSource:
    """A source whose files are all known when it is opened. See `Source`."""

    def __init__(
        self,
        name: str,
        files: Sequence[SourceFile],
        settings: Settings,
        *,
        unlabeled: bool,
        skipped: Counter[str] | None = None,
        refused: Sequence[RefusedFile] = (),
    ) -> None:
        """Place `files`; `skipped` and `refused` are what was left out before.

        Raises:
            NoClassesFound: there are pictures, and none has a class; not if `unlabeled`.
            SourceError: there are no pictures, or a metadata file cannot be read.
        """
        self.name = name
        self.skipped = skipped or Counter()
        self.refused = list(refused)
        self._settings = settings
        self._items = list(self._place(files, unlabeled=unlabeled))
        self.total = len(self._items)
        self._check_not_empty(unlabeled=unlabeled)

    def items(self) -> Iterator[SourceItem]:
        """The pictures, `total` of them, in an order that does not change."""
        return iter(self._items)

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

    def _place(self, files: Sequence[SourceFile], *, unlabeled: bool) -> Iterator[SourceItem]:
        metadata = {} if unlabeled else self._metadata(files)
        layout = infer_layout(
            (file.name for file in files),
            metadata,
            max_class_name_length=self._settings.max_class_name_length,
        )
        for file in files:
            if file.name in metadata:
                continue
            if (reason := skip_reason(file.name)) is not None:
                self.skipped[reason] += 1
            elif (item := self._item(file, None if unlabeled else layout)) is not None:
                yield item
        present = {normalize_path(file.name) for file in files}
        if missing := sum(name not in present for name in layout.listed):
            self.skipped["listed in metadata, but missing"] = missing

    def _metadata(self, files: Sequence[SourceFile]) -> dict[str, bytes]:
        try:
            return {file.name: file.read() for file in files if is_metadata(file.name)}
        except InvalidImage as error:
            raise SourceError(f"The metadata of {self.name} cannot be read: {error}") from error

    def _item(self, file: SourceFile, layout: Layout | None) -> SourceItem | None:
        limit = self._settings.max_image_bytes
        if file.size_bytes > limit:
            reason = f"{file.size_bytes:,} bytes are too many for one picture; {limit:,} are read."
            self.refused.append(RefusedFile(file.name, ImageTooLarge.code, reason))
            return None
        if layout is None:
            return SourceItem(file.name, None, None, file.size_bytes, file.read)
        try:
            placement = layout.place(file.name)
        except InvalidClassName as error:
            self.refused.append(RefusedFile(file.name, error.code, str(error), file.read))
            return None
        return SourceItem(file.name, placement.label, placement.split, file.size_bytes, file.read)

    def _check_not_empty(self, *, unlabeled: bool) -> None:
        if not self._items and not self.refused:
            left_out = ", ".join(f"{count} x {kind}" for kind, count in self.skipped.most_common(5))
            raise SourceError(
                f"There are no pictures in {self.name} (found: {left_out or 'nothing'}). Pictures "
                "have names that end in .jpg, .jpeg, .png, .webp, .gif or .bmp."
            )
        if unlabeled or any(file.code == InvalidClassName.code for file in self.refused):
            return
        if self._items and all(item.label is None for item in self._items):
            raise NoClassesFound(
                f"Nothing says which class the {self.total:,} pictures of {self.name} belong to. "
                f"{EXPECTED_LAYOUT} To add pictures without a class, import them as unlabeled."
            )


def read_failure(name: str, problem: str) -> InvalidImage:
    """The error of `SourceItem.read` for a file that cannot be read."""
    return InvalidImage(f"{name} cannot be read: {problem}.")


def too_many_bytes(name: str, limit: int) -> ImageTooLarge:
    """The error of `SourceItem.read` for a file that turns out too large."""
    return ImageTooLarge(f"{name} has more than {limit:,} bytes, too many for one picture.")
