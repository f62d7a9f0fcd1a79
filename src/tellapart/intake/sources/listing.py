"""From a list of files to images with their classes: the part that most sources share."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from tellapart.errors import (
    ConflictingLabels,
    ImageTooLarge,
    InvalidClassName,
    InvalidImage,
    NoClassesFound,
    SourceError,
)
from tellapart.intake.layouts import Layout
from tellapart.intake.metadata import Placement, is_metadata
from tellapart.intake.paths import folder_of, skip_reason
from tellapart.intake.sources.items import RefusedFile, Source, SourceItem
from tellapart.settings import Settings

EXPECTED_LAYOUT = (
    "Put the pictures of each class into a folder of its name (cats/1.jpg, dogs/1.jpg), or add a "
    "metadata.csv with the columns file_name and label."
)
_NAMED_MISSING_FILES = 3


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file in a source, by its path in it; `placement` where the source itself knows it."""

    name: str
    size_bytes: int
    read: Callable[[], bytes]
    placement: Placement | None = None


Entry = SourceFile | RefusedFile | str
"""What a list of files has: a file, one that must not be read, or why something is skipped."""


class ListedSource(Source):
    """A source of files with names. See `Source`.

    Its list is gone through twice: first for the folders, from which the layout is inferred, then
    for the images. So nothing is kept of a file; what changes in between is no error.
    """

    def __init__(
        self,
        name: str,
        entries: Callable[[], Iterator[Entry]],
        settings: Settings,
        *,
        unlabeled: bool,
        total: int | None = None,
    ) -> None:
        """Survey the list; `entries` gives it, in the same order each time.

        There is nothing to survey where `total` is known, and all placements are.

        Raises:
            NoClassesFound: there are images, and none has a class; not if `unlabeled`.
            SourceError: there are no images, or a metadata file cannot be read.
        """
        self.name = name
        self.total = total or 0
        self.skipped = Counter()
        self.refused = []
        self._entries = entries
        self._settings = settings
        self._unlabeled = unlabeled
        self._layout = self._survey() if total is None else Layout(())
        self._check_classes()

    def items(self) -> Iterator[SourceItem]:
        """The images, in an order that does not change."""
        self.refused.clear()
        for entry in self._entries():
            if isinstance(entry, RefusedFile):
                self.refused.append(entry)
            elif _is_image(entry) and (item := self._item(entry)) is not None:
                yield item
        self._count_missing()

    def close(self) -> None:
        """Give back files; nothing can be read any more."""

    def _survey(self) -> Layout:
        folders: set[str] = set()
        metadata: dict[str, bytes] = {}
        refused = False
        for entry in self._entries():
            if isinstance(entry, RefusedFile):
                refused = True
            elif isinstance(entry, str):
                self.skipped[entry] += 1
            elif entry.placement is not None:
                self.total += 1
            elif (reason := skip_reason(entry.name)) is None:
                self.total += entry.size_bytes <= self._settings.max_image_bytes
                folders.add(folder_of(entry.name))
            elif is_metadata(entry.name) and not self._unlabeled:
                metadata[entry.name] = self._read_metadata(entry)
            else:
                self.skipped[reason] += 1
        if not (folders or refused or self.total):
            raise self._no_images()
        length = self._settings.max_class_name_length
        return Layout(folders, metadata, max_class_name_length=length)

    def _read_metadata(self, file: SourceFile) -> bytes:
        try:
            return file.read()
        except InvalidImage as error:
            raise SourceError(f"The metadata of {self.name} cannot be read: {error}") from error

    def _item(self, file: SourceFile) -> SourceItem | None:
        limit = self._settings.max_image_bytes
        if file.size_bytes > limit:
            reason = f"{file.size_bytes:,} bytes are too many for one picture; {limit:,} are read."
            self.refused.append(RefusedFile(file.name, ImageTooLarge.code, reason))
            return None
        if self._unlabeled:
            return SourceItem(file.name, None, None, file.size_bytes, file.read)
        try:
            placement = self._layout.place(file.name, file.placement)
        except (InvalidClassName, ConflictingLabels) as error:
            self.refused.append(RefusedFile(file.name, error.code, str(error), file.read))
            return None
        return SourceItem(file.name, placement.label, placement.split, file.size_bytes, file.read)

    def _check_classes(self) -> None:
        if self._unlabeled or not self.total:
            return
        # Normally the first image has one.
        if not any(_is_image(entry) and self._has_class(entry) for entry in self._entries()):
            raise NoClassesFound(
                f"Nothing says which class the {self.total:,} pictures of {self.name} belong to. "
                f"{EXPECTED_LAYOUT} To add pictures without a class, import them as unlabeled."
            )

    def _has_class(self, file: SourceFile) -> bool:
        try:
            return self._layout.place(file.name, file.placement).label is not None
        except (InvalidClassName, ConflictingLabels):
            return True  # it is refused with that reason

    def _no_images(self) -> SourceError:
        left_out = ", ".join(f"{count} x {kind}" for kind, count in self.skipped.most_common(5))
        return SourceError(
            f"There are no pictures in {self.name} (found: {left_out or 'nothing'}). Pictures "
            "have names that end in .jpg, .jpeg, .png, .webp, .gif or .bmp."
        )

    def _count_missing(self) -> None:
        count, names = self._layout.metadata.missing(_NAMED_MISSING_FILES)
        if count:
            shown = ", ".join(names) + (", …" if count > len(names) else "")
            self.skipped[f"listed in metadata, but missing ({shown})"] = count


def _is_image(entry: Entry) -> TypeGuard[SourceFile]:
    if not isinstance(entry, SourceFile):
        return False
    return entry.placement is not None or skip_reason(entry.name) is None


def read_failure(name: str, problem: str) -> InvalidImage:
    """The error of `SourceItem.read` for a file that cannot be read."""
    return InvalidImage(f"{name} cannot be read: {problem}.")


def too_many_bytes(name: str, limit: int) -> ImageTooLarge:
    """The error of `SourceItem.read` for a file that turns out too large."""
    return ImageTooLarge(f"{name} has more than {limit:,} bytes, too many for one picture.")
