"""Pictures in a ZIP file, which may come from anybody.

Nothing is ever unpacked to disk. What a header says of sizes is believed only when it is bad news:
the limits are counted on the bytes that are really read.
"""

import stat
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from tellapart.dataset.layouts import is_metadata, skip_reason
from tellapart.dataset.sources.items import RefusedFile
from tellapart.dataset.sources.listing import (
    ListedSource,
    SourceFile,
    read_failure,
    too_many_bytes,
)
from tellapart.dataset.sources.zip_directory import count_entries
from tellapart.errors import InvalidImage, TellapartError, UnsafeArchive
from tellapart.settings import Settings

_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_CHUNK_BYTES = 2**18
# Blank pictures compress by any factor, and unpacking so little harms nobody.
_HARMLESS_BYTES = 2**20
# The others unpack without a limit on what one call gives.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ArchiveSource(ListedSource):
    """The pictures in a ZIP, in its order. Links in it are skipped.

    Entries that are encrypted, damaged, or too large or too well compressed to be a picture are
    refused one by one; an archive that as a whole looks like an attack is refused as a whole.
    """

    def __init__(self, path: Path, settings: Settings, *, unlabeled: bool) -> None:
        """Open and list the archive.

        Raises:
            UnsafeArchive: it is no ZIP or a damaged one, names paths outside of itself, has too
                many entries, or unpacks to too much.
            NoClassesFound: there are pictures, and none has a class; not if `unlabeled`.
            SourceError: there are no pictures in it.
        """
        self._reading = _Reading(path, settings)
        try:
            skipped: Counter[str] = Counter()
            refused: list[RefusedFile] = []
            files = self._reading.list_files(skipped, refused)
            super().__init__(
                path.name, files, settings, unlabeled=unlabeled, skipped=skipped, refused=refused
            )
        except BaseException:
            self._reading.close()
            raise

    def close(self) -> None:
        """Close the file; nothing can be read any more."""
        self._reading.close()


class _Reading:
    """One open ZIP with its limits. Reads are done one at a time: they share the file."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self._name = path.name
        self._settings = settings
        self._lock = threading.Lock()
        self._bytes_read = 0
        self._archive_bytes = path.stat().st_size
        try:
            with path.open("rb") as file:
                self._check_entry_count(file)
            self._zip = zipfile.ZipFile(path)
        except UnsafeArchive:
            raise
        except Exception as error:
            raise UnsafeArchive(
                f"{path.name} is not a ZIP archive, or it is damaged or cut off ({error}). Send a "
                "complete ZIP file."
            ) from error

    def close(self) -> None:
        self._zip.close()

    def list_files(self, skipped: Counter[str], refused: list[RefusedFile]) -> list[SourceFile]:
        files = []
        unpacked_bytes = 0
        for entry in self._zip.infolist():
            name = _entry_name(entry)
            self._check_path(name)
            unpacked_bytes += entry.file_size
            if name.endswith(("/", "\\")):
                continue
            if stat.S_ISLNK(entry.external_attr >> 16):
                skipped["symlink"] += 1
            elif (reason := self._refusal(entry, name)) is not None:
                refused.append(RefusedFile(name, InvalidImage.code, reason))
            else:
                files.append(SourceFile(name, entry.file_size, partial(self._read, entry, name)))
        self._check_total(unpacked_bytes)
        return files

    def _read(self, entry: zipfile.ZipInfo, name: str) -> bytes:
        with self._lock:
            try:
                return b"".join(self._unpack(entry, name))
            except TellapartError:
                raise
            except Exception as error:
                # zipfile and zlib raise nearly anything on damaged bytes.
                raise read_failure(name, f"the archive is damaged there ({error})") from error

    def _unpack(self, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
        limit = self._settings.max_image_bytes
        size_bytes = 0
        with self._zip.open(entry) as file:
            while part := file.read(_CHUNK_BYTES):
                size_bytes += len(part)
                if size_bytes > limit:
                    raise too_many_bytes(name, limit)
                self._bytes_read += len(part)
                self._check_total(self._bytes_read)
                yield part

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

    def _refusal(self, entry: zipfile.ZipInfo, name: str) -> str | None:
        if skip_reason(name) is not None and not is_metadata(name):
            return None  # never read
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


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """The path of an entry. Old tools write UTF-8 without saying so; the standard is cp437."""
    if not entry.flag_bits & _UTF8_NAME:
        try:
            return entry.filename.encode("cp437").decode()
        except UnicodeError:
            pass
    return entry.filename
