"""Images in a tar archive, packed or not, which may come from anybody.

It is read from front to back, each time that it is gone through; nothing is unpacked to disk, and
of a member only what is about to be imported is in memory.
"""

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from tellapart.errors import SourceError, UnsafeArchive
from tellapart.intake.metadata import is_metadata
from tellapart.intake.paths import may_be_image, skip_reason
from tellapart.intake.sources.archives.zip_archive import check_inside
from tellapart.intake.sources.folder import shown_name
from tellapart.intake.sources.listing import (
    PEEK_BYTES,
    Entry,
    ListedSource,
    SkippedEntry,
    SourceFile,
)
from tellapart.settings import Settings

# What the file starts with, and how it is opened.
_PACKED: Mapping[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
_MAGIC, _MAGIC_OFFSET = b"ustar", 257
START_BYTES = _MAGIC_OFFSET + len(_MAGIC)
# Blank images pack by any factor, and unpacking so little harms nobody.
_HARMLESS_BYTES = 2**20
_DAMAGE = (tarfile.TarError, EOFError, OSError, ValueError, zlib.error, lzma.LZMAError)


def is_tar(start: bytes) -> bool:
    """Whether a file that starts with these bytes is a tar archive, or a packed file."""
    return start.startswith(tuple(_PACKED)) or start[_MAGIC_OFFSET:].startswith(_MAGIC)


class TarSource(ListedSource):
    """The images in a tar archive, in its order. Links in it are skipped."""

    def __init__(self, path: Path, settings: Settings, *, unlabeled: bool) -> None:
        """Read through the archive.

        Raises:
            UnsafeArchive: it names paths outside of itself, has too many members, or unpacks to
                too much.
            NoClassesFound: there are images, and none has a class; not if `unlabeled`.
            SourceError: it is damaged or no archive, or there are no images in it.
        """
        self._path = path
        self._limits = settings
        packed_bytes = path.stat().st_size
        by_ratio = max(_HARMLESS_BYTES, int(packed_bytes * settings.max_compression_ratio))
        self._max_bytes = min(settings.max_archive_bytes, by_ratio)
        super().__init__(path.name, self._members, settings, unlabeled=unlabeled)

    def _members(self) -> Iterator[Entry]:
        try:
            yield from self._entries_of_members()
        except (*_DAMAGE, RecursionError) as error:
            raise SourceError(
                f"{self._path.name} is no tar archive, or it is damaged or cut off ({error}). Send "
                "it again, or unpack it and import the folder."
            ) from error

    def _entries_of_members(self) -> Iterator[Entry]:
        unpacked_bytes = 0
        members = _read_members(self._path, self._limits.max_image_bytes)
        for count, (archive, member) in enumerate(members, 1):
            unpacked_bytes += member.size
            self._check(unpacked_bytes, count)
            name = shown_name(member.name)
            check_inside(self._path.name, name)
            if member.isfile():
                yield self._file(archive, member, name)
            elif not member.isdir():
                link = member.issym() or member.islnk()
                yield SkippedEntry(name, "symlink" if link else "special file")

    def _file(self, archive: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> SourceFile:
        reason = skip_reason(name)
        wanted = reason is None or may_be_image(reason) or is_metadata(name)
        data = b""
        if wanted and member.size <= self._limits.max_image_bytes:
            content = archive.extractfile(member)
            assert content is not None, "it is a file"
            data = content.read()
            if len(data) != member.size:
                raise EOFError("it ends in the middle")
        peek = partial(_give, data[:PEEK_BYTES])
        return SourceFile(name, member.size, partial(_give, data), None, peek)

    def _check(self, unpacked_bytes: int, count: int) -> None:
        if count > self._limits.max_archive_entries:
            raise UnsafeArchive(
                f"{self._path.name} has more than {self._limits.max_archive_entries:,} entries. "
                "Split it, or raise TELLAPART_MAX_ARCHIVE_ENTRIES."
            )
        if unpacked_bytes > self._max_bytes:
            raise UnsafeArchive(
                f"{self._path.name} unpacks to more than {self._max_bytes:,} bytes. Unpack it and "
                "import the folder, split it, or raise TELLAPART_MAX_ARCHIVE_BYTES and "
                "TELLAPART_MAX_COMPRESSION_RATIO."
            )


def _read_members(path: Path, limit: int) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """The members of an archive, each to be read before the next is asked for."""
    with (
        closing(_unpacked(path)) as unpacked,
        tarfile.open(fileobj=cast("BinaryIO", _Bounded(unpacked, limit)), mode="r:") as archive,
    ):
        for member in archive:
            yield archive, member
            archive.members.clear()  # type: ignore[attr-defined]  # it would keep them all
        while unpacked.read(_HARMLESS_BYTES):
            pass  # to the checksum at its end


def _unpacked(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        start = file.read(START_BYTES)
    for magic, opened in _PACKED.items():
        if start.startswith(magic):
            return cast("BinaryIO", opened(path, "rb"))
    return path.open("rb")


class _Bounded:
    """A file of which no header can ask for more at once than an image may have."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._limit = max(limit, _HARMLESS_BYTES) + tarfile.RECORDSIZE
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= self._limit:
            raise tarfile.ReadError("a header announces too much")
        return self._file.read(size)


def _give(data: bytes) -> bytes:
    return data
