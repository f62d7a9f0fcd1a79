"""Images in a ZIP file, which may come from anybody.

Nothing is ever unpacked to disk. What a header says of sizes is believed only when it is bad news:
the limits are counted on the bytes that are really read.
"""

import os
import stat
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from tellapart.errors import InvalidImage, SourceError, UnsafeArchive
from tellapart.intake.metadata import is_metadata
from tellapart.intake.paths import skip_reason
from tellapart.intake.sources.items import RefusedFile
from tellapart.intake.sources.listing import (
    Entry,
    ListedSource,
    SourceFile,
    read_failure,
    too_many_bytes,
)
from tellapart.intake.sources.zip_directory import count_entries
from tellapart.settings import Settings

_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_HEADER = b"PK\3\4"
_HEADER_BYTES = 30
# Deflate hardly makes anything larger.
_SLACK_BYTES = 2**16
# Blank images compress by any factor, and unpacking so little harms nobody.
_HARMLESS_BYTES = 2**20
# The others unpack without a limit on what one call gives.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ArchiveSource(ListedSource):
    """The images in a ZIP, in its order. Links in it are skipped.

    Entries that are encrypted, damaged, or too large or too well compressed to be an image are
    refused one by one; an archive that as a whole looks like an attack is refused as a whole.
    """

    def __init__(self, path: Path, settings: Settings, *, unlabeled: bool) -> None:
        """Open and list the archive.

        Raises:
            UnsafeArchive: it is no ZIP or a damaged one, names paths outside of itself, has too
                many entries, or unpacks to too much.
            NoClassesFound: there are images, and none has a class; not if `unlabeled`.
            SourceError: there are no images in it.
        """
        self._archive = Archive(path, settings)
        try:
            super().__init__(path.name, self._archive.entries, settings, unlabeled=unlabeled)
        except BaseException:
            self._archive.close()
            raise

    def close(self) -> None:
        """Close the file; nothing can be read any more."""
        self._archive.close()


class Archive:
    """One open ZIP with its limits. Several threads may read from it at once.

    `zipfile` reads the directory. Entries are read by position and unpacked whole: a ZIP file that
    threads share would make them wait for each other, and costs four times as much for each entry.
    """

    def __init__(self, path: Path, settings: Settings) -> None:
        """Open a ZIP.

        Raises:
            UnsafeArchive: it is no ZIP, a damaged one, or has too many entries.
            SourceError: it cannot be opened.
        """
        self._name = path.name
        self._settings = settings
        self._lock = threading.Lock()
        self._bytes_read = 0
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise SourceError(f"{path} cannot be opened: {error.strerror}.") from error
        try:
            self._archive_bytes = path.stat().st_size
            self._check_entry_count(self._file)
            self._directory = zipfile.ZipFile(self._file).infolist()
        except BaseException as error:
            self._file.close()
            if isinstance(error, UnsafeArchive) or not isinstance(error, Exception):
                raise
            raise UnsafeArchive(
                f"{path.name} is not a ZIP archive, or it is damaged or cut off ({error}). Send a "
                "complete ZIP file."
            ) from error

    def close(self) -> None:
        """Close the file; nothing can be read any more."""
        self._file.close()

    def entries(self) -> Iterator[Entry]:
        """The files in it.

        Raises:
            UnsafeArchive: it names paths outside of itself, or unpacks to too much.
        """
        unpacked_bytes = 0
        for entry in self._directory:
            name = _entry_name(entry)
            self._check_path(name)
            unpacked_bytes += entry.file_size
            if name.endswith(("/", "\\")):
                continue
            if stat.S_ISLNK(entry.external_attr >> 16):
                yield "symlink"
            elif (reason := self._refusal(entry)) is not None and _is_wanted(name):
                yield RefusedFile(name, InvalidImage.code, reason)
            else:
                yield SourceFile(name, entry.file_size, partial(self._read, entry, name))
        self._check_total(unpacked_bytes)

    def _read(self, entry: zipfile.ZipInfo, name: str) -> bytes:
        limit = self._settings.max_image_bytes
        if entry.file_size > limit:
            raise too_many_bytes(name, limit)
        try:
            data = self._unpack(entry)
        except Exception as error:
            # zipfile and zlib raise nearly anything on damaged bytes.
            raise read_failure(name, f"the archive is damaged there ({error})") from error
        with self._lock:
            self._bytes_read += len(data)
            bytes_read = self._bytes_read
        self._check_total(bytes_read)
        return data

    def _unpack(self, entry: zipfile.ZipInfo) -> bytes:
        """The content of an entry. Layout: APPNOTE.TXT 6.3.10, section 4.3.7."""
        file = self._file.fileno()
        header = os.pread(file, _HEADER_BYTES, entry.header_offset)
        if header[:4] != _HEADER or entry.compress_size > 2 * entry.file_size + _SLACK_BYTES:
            raise ValueError("its header is damaged")
        start = entry.header_offset + _HEADER_BYTES + sum(struct.unpack_from("<HH", header, 26))
        data = os.pread(file, entry.compress_size, start)
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, entry.file_size + 1)
        if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
            raise ValueError("its checksum is wrong")
        return data

    def _check_entry_count(self, file: BinaryIO) -> None:
        limit = self._settings.max_archive_entries
        if count_entries(file, limit) > limit:
            raise UnsafeArchive(
                f"{self._name} has more than {limit:,} entries. Split it, or raise "
                "TELLAPART_MAX_ARCHIVE_ENTRIES."
            )

    def _check_path(self, name: str) -> None:
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or parts[0][1:2] == ":":
            raise UnsafeArchive(
                f"{self._name} names a path outside of itself ({name[:80]!a}), as archives made to "
                "overwrite files do. Make a new one from the folder of pictures."
            )

    def _check_total(self, unpacked_bytes: int) -> None:
        settings = self._settings
        if unpacked_bytes > settings.max_archive_bytes:
            raise UnsafeArchive(
                f"{self._name} unpacks to more than {settings.max_archive_bytes:,} bytes. Split "
                "it, or raise TELLAPART_MAX_ARCHIVE_BYTES."
            )
        if (
            unpacked_bytes > _HARMLESS_BYTES
            and unpacked_bytes > self._archive_bytes * settings.max_compression_ratio
        ):
            raise UnsafeArchive(
                f"{self._name} is a ZIP bomb: its {self._archive_bytes:,} bytes unpack to more "
                f"than {settings.max_compression_ratio:g} times as much."
            )

    def _refusal(self, entry: zipfile.ZipInfo) -> str | None:
        if entry.flag_bits & _ENCRYPTED:
            return "The file is encrypted. Make a ZIP without a password."
        if entry.compress_type not in _METHODS:
            return (
                "The file is compressed by a rare method. Make a ZIP with the usual one, deflate."
            )
        ratio = self._settings.max_compression_ratio
        if entry.file_size > max(_HARMLESS_BYTES, entry.compress_size * ratio):
            return f"The file unpacks to more than {ratio:g} times its size, as no picture does."
        return None


def _is_wanted(name: str) -> bool:
    return skip_reason(name) is None or is_metadata(name)


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """The path of an entry. Old tools write UTF-8 without saying so; the standard is cp437."""
    if not (entry.flag_bits & _UTF8_NAME or entry.filename.isascii()):
        try:
            return entry.filename.encode("cp437").decode()
        except UnicodeError:
            pass
    return entry.filename
