"""From a list of files to images with their classes: the part that most sources share."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
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
from tellapart.images.decode import READABLE_FORMATS, is_image_start
from tellapart.intake.annotations import Annotations
from tellapart.intake.layouts import Layout
from tellapart.intake.metadata import Placement, is_metadata
from tellapart.intake.paths import folder_of, may_be_image, skip_reason
from tellapart.intake.sources.items import RefusedFile, Source, SourceItem
from tellapart.settings import Settings

EXPECTED_LAYOUT = (
    "Put the pictures of each class into a folder of its name (cats/1.jpg, dogs/1.jpg), or add a "
    "metadata.csv with the columns file_name and label."
)
_UNPACK = (
    "Unpack them, put their pictures into the folders of their classes, and import the folder."
)
# What `SourceFile.peek` gives: enough to know a format by.
PEEK_BYTES = 32
_NAMED_MISSING_FILES = 3
_NAMED_SKIPPED_FILES = 3
# Of files that may hold labels, under names that are not looked for.
_LISTS = (".csv file", ".json file", ".jsonl file")
_ARCHIVES = tuple(f".{kind} file" for kind in ("zip", "tar", "tgz", "gz", "bz2", "xz", "rar", "7z"))
EMPTY_FOLDER = "folder without pictures"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file in a source, by its path in it; `placement` where the source itself knows it.

    `peek` gives its first bytes, where they can be had without the rest.
    """

    name: str
    size_bytes: int
    read: Callable[[], bytes]
    placement: Placement | None = None
    peek: Callable[[], bytes] | None = None


@dataclass(frozen=True, slots=True)
class SkippedEntry:
    """Something in a source that is not read, and why, in words that can be counted."""

    name: str
    reason: str


Entry = SourceFile | RefusedFile | SkippedEntry
"""What a list of files has: a file, one that must not be read, or what is skipped."""


def is_image_by_content(file: SourceFile, reason: str) -> bool:
    """Whether a file that would be skipped for this reason is an image all the same."""
    if file.peek is None or not may_be_image(reason) or is_metadata(file.name):
        return False
    return is_image_start(file.peek())


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
        self.skipped_examples = {}
        self.notes = []
        self.refused = []
        self._no_classes = EXPECTED_LAYOUT
        self._by_content: set[str] = set()
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
            elif self._is_image(entry) and (item := self._item(entry)) is not None:
                yield item
        self._count_missing()

    def close(self) -> None:
        """Give back files; nothing can be read any more."""

    def _survey(self) -> Layout:
        folders: set[str] = set()
        metadata: dict[str, bytes] = {}
        refused: list[RefusedFile] = []
        annotations = Annotations()
        for entry in self._entries():
            if isinstance(entry, RefusedFile):
                refused.append(entry)
            elif isinstance(entry, SkippedEntry):
                self._skip(entry.name, entry.reason)
            elif entry.placement is not None:
                self.total += 1
            elif (reason := self._skip_reason(entry)) is None:
                self.total += entry.size_bytes <= self._settings.max_image_bytes
                folders.add(folder_of(entry.name))
            elif is_metadata(entry.name) and not self._unlabeled:
                metadata[entry.name] = self._read_metadata(entry)
            else:
                self._skip(entry.name, reason)
                annotations.add(entry.name)
        if not (folders or self.total):
            raise self._nothing_usable(refused) if refused else self._no_images()
        length = self._settings.max_class_name_length
        layout = Layout(folders, metadata, max_class_name_length=length)
        self.notes += self._notes(layout, folders, annotations)
        return layout

    def _notes(
        self, layout: Layout, folders: Collection[str], annotations: Annotations
    ) -> Iterator[str]:
        """What people should know of how the list is read, and what is not."""
        if archives := self._named(_ARCHIVES):
            yield f"Not opened: {archives}. Archives inside of a data set are not read. {_UNPACK}"
        if self._unlabeled:
            return
        if lists := self._named(_LISTS):
            yield (
                f"Not read: {lists}. Labels come from folders, or from metadata.csv or "
                "metadata.jsonl with file_name and label."
            )
        listed = bool(layout.metadata.folders)
        detection = None if listed else annotations.note(folders, layout.labels(folders))
        if detection is not None:
            self._no_classes = detection
            yield detection
        if layout.alike:
            yield (
                f"{_some(sorted(layout.alike))} hold the same folders, so these are the classes, "
                "and they are splits."
            )

    def _named(self, kinds: Iterable[str]) -> str:
        """The names that are known of what is skipped for some reasons; empty without any."""
        names = [(name, kind) for kind in kinds for name in self.skipped_examples.get(kind, [])]
        more = sum(self.skipped[kind] for kind in kinds) - len(names)
        shown = ", ".join(repr(name) for name, _ in names)
        return f"{shown} and {more:,} more" if more else shown

    def _skip_reason(self, file: SourceFile) -> str | None:
        """Why a file is no image; names that say nothing are judged by the content."""
        reason = skip_reason(file.name)
        if reason is None or not is_image_by_content(file, reason):
            return reason
        self._by_content.add(file.name)
        return None

    def _skip(self, name: str, reason: str) -> None:
        self.skipped[reason] += 1
        examples = self.skipped_examples.setdefault(reason, [])
        if len(examples) < _NAMED_SKIPPED_FILES:
            examples.append(name)

    def _is_image(self, entry: Entry) -> TypeGuard[SourceFile]:
        if not isinstance(entry, SourceFile):
            return False
        return (
            entry.placement is not None
            or skip_reason(entry.name) is None
            or entry.name in self._by_content
        )

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
        if not any(self._is_image(entry) and self._has_class(entry) for entry in self._entries()):
            raise NoClassesFound(
                f"Nothing says which class the {self.total:,} pictures of {self.name} belong to. "
                f"{self._no_classes} To add pictures without a class, import them as unlabeled "
                "(--unlabeled)."
            )

    def _has_class(self, file: SourceFile) -> bool:
        try:
            return self._layout.place(file.name, file.placement).label is not None
        except (InvalidClassName, ConflictingLabels):
            return True  # it is refused with that reason

    def _nothing_usable(self, refused: Sequence[RefusedFile]) -> SourceError:
        reasons = Counter(file.reason for file in refused).most_common(3)
        shown = " ".join(f"{count:,} x {reason}" for reason, count in reasons)
        return SourceError(f"No picture of {self.name} can be used. {shown}")

    def _no_images(self) -> SourceError:
        left_out = ", ".join(f"{count} x {kind}" for kind, count in self.skipped.most_common(5))
        archives, can_be_read = self._named(_ARCHIVES), f"{READABLE_FORMATS} can be read."
        return SourceError(
            f"There are no pictures in {self.name} (found: {left_out or 'nothing'}). "
            + (f"{archives} in it are not opened. {_UNPACK}" if archives else can_be_read)
        )

    def _count_missing(self) -> None:
        count, names = self._layout.metadata.missing(_NAMED_MISSING_FILES)
        if count:
            shown = ", ".join(names) + (", …" if count > len(names) else "")
            self.skipped[f"listed in metadata, but missing ({shown})"] = count


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more folders"


def read_failure(name: str, problem: str) -> InvalidImage:
    """The error of `SourceItem.read` for a file that cannot be read."""
    return InvalidImage(f"{name} cannot be read: {problem}.")


def too_many_bytes(name: str, limit: int) -> ImageTooLarge:
    """The error of `SourceItem.read` for a file that turns out too large."""
    return ImageTooLarge(f"{name} has more than {limit:,} bytes, too many for one picture.")
