"""Data sets in the format of MNIST: IDX files, of which Fashion-MNIST is one.

Format: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998.
"""

import gzip
import os
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO, cast

import numpy as np

from tellapart.errors import SourceError, UnsafeArchive
from tellapart.intake.metadata import Placement
from tellapart.intake.sources.listing import ListedSource, SourceFile
from tellapart.intake.sources.records.pixels import png
from tellapart.settings import Settings
from tellapart.store.tables import Split

_NAME = re.compile(r"(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz)?")
_IMAGES, _LABELS = 0x803, 0x801
_MAX_SIDE_PX = 4096


class IdxSource(ListedSource):
    """The images of a folder of IDX files, as PNGs, with their given splits."""

    def __init__(
        self, folder: Path, settings: Settings, *, unlabeled: bool, class_names: Sequence[str] = ()
    ) -> None:
        """Read through the files; without `class_names`, classes are called by their numbers.

        Raises:
            UnsafeArchive: there are too many images.
            SourceError: a file is damaged, cut off or missing.
        """
        self._files = _files_of(folder)
        self._class_names = class_names
        self._max_count = settings.max_archive_entries
        super().__init__(folder.name, self._images, settings, unlabeled=unlabeled)

    def _images(self) -> Iterator[SourceFile]:
        for part in ("train", "t10k", "test"):
            pair = self._files.get((part, "images")), self._files.get((part, "labels"))
            if pair == (None, None):
                continue
            if pair[0] is None or pair[1] is None:
                there = pair[0] or pair[1]
                raise SourceError(
                    f"Beside {there} its other half is missing: IDX files come in pairs of images "
                    "and labels. Put both into one folder."
                )
            try:
                yield from self._pair(pair[0], pair[1], "train" if part == "train" else "test")
            except (EOFError, zlib.error, OSError, struct.error) as error:
                raise _damaged(pair[0], str(error) or "unreadable") from error

    def _pair(self, images: Path, labels: Path, split: Split) -> Iterator[SourceFile]:
        with ExitStack() as stack:
            pixels, classes = (stack.enter_context(_open(path)) for path in (images, labels))
            count, height, width = _header(pixels, images, _IMAGES, 3)
            if (labelled := _header(classes, labels, _LABELS, 1)) != (count,):
                raise _damaged(labels, f"it has {labelled[0]:,} labels for {count:,} pictures")
            if not 1 <= min(height, width) <= max(height, width) <= _MAX_SIDE_PX:
                raise _damaged(images, f"its pictures are {width} x {height} px")
            self._check_count(count, images)
            for number in range(count):
                data, label = pixels.read(height * width), classes.read(1)
                if len(data) != height * width or not label:
                    raise _damaged(images if label else labels, f"it ends at picture {number:,}")
                placement = Placement(self._class_name(label[0]), split)
                read = partial(_read, data, height, width)
                yield SourceFile(f"{split}/{number:05d}.png", len(data), read, placement)
            for path, file in ((images, pixels), (labels, classes)):
                if file.read(1):  # which also compares the checksum at its end
                    raise _damaged(path, "it goes on after its end")

    def _check_count(self, count: int, images: Path) -> None:
        if count > self._max_count:
            raise UnsafeArchive(
                f"{images} says that it has {count:,} pictures; at most {self._max_count:,} are "
                "read. Raise TELLAPART_MAX_ARCHIVE_ENTRIES if that is true."
            )

    def _class_name(self, number: int) -> str:
        return self._class_names[number] if number < len(self._class_names) else str(number)


def has_idx_files(folder: Path) -> bool:
    """Whether a folder holds IDX files, and is therefore no folder of images."""
    try:
        with os.scandir(folder) as entries:
            return any(_NAME.fullmatch(entry.name) for entry in entries)
    except OSError:  # who lists the folder next, says why
        return False


def _files_of(folder: Path) -> dict[tuple[str, str], Path]:
    files: dict[tuple[str, str], Path] = {}
    for path in sorted(folder.iterdir()):
        if (found := _NAME.fullmatch(path.name)) is not None:
            files.setdefault((found[1], found[2]), path)
    return files


def _open(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _header(file: IO[bytes], path: Path, magic: int, sizes: int) -> tuple[int, ...]:
    found, *values = struct.unpack(f">{sizes + 1}I", file.read(4 * (sizes + 1)))
    if found != magic:
        raise _damaged(path, "it does not begin as an IDX file does")
    return tuple(values)


def _damaged(path: Path, problem: str) -> SourceError:
    return SourceError(f"{path} is damaged or cut off: {problem}. Download it again.")


def _read(data: bytes, height: int, width: int) -> bytes:
    return png(np.frombuffer(data, np.uint8).reshape(height, width))
