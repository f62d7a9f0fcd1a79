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
from tellapart.intake.paths import folder_of, normalize_path, skip_reason
from tellapart.intake.sources.archives.zip_directory import count_entries
from tellapart.intake.sources.archives.zip_names import name_decoder
from tellapart.intake.sources.items import RefusedFile
from tellapart.intake.sources.listing import (
    EMPTY_FOLDER,
    PEEK_BYTES,
    Entry,
    ListedSource,
    SkippedEntry,
    SourceFile,
    read_failure,
    too_many_bytes,
)
from tellapart.settings import Settings

_ENCRYPTED = 0x1
_HEADER = b"PK\3\4"
_HEADER_BYTES = 30
# Deflate hardly makes anything larger.
_SLACK_BYTES = 2**16
# Blank images compress by any factor, and unpacking so little harms nobody.
_HARMLESS_BYTES = 2**20
# The others unpack without a limit on what one call gives.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OTHER_METHODS = {
    9: "Deflate64 (Windows does that above 2 GB)",
    12: "bzip2",
    14: "LZMA",
    93: "zstd",
    95: "xz",
    98: "PPMd",
}
# Enough of a packed file to unpack its first bytes.
_PEEKED_BYTES = 1024


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
        if encoding := self._archive.guessed_encoding:
            self.notes.append(
                f"The ZIP does not say how its names are written; {encoding} was guessed. If class "
                "names look wrong, make it again with UTF-8 names (7-Zip: `-mcu=on`)."
            )

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
            self._decode_name, self.guessed_encoding = name_decoder(self._directory)
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
        folders: list[str] = []
        holding: set[str] = set()
        decode_name = self._decode_name
        for entry in self._directory:
            name = decode_name(entry)
            check_inside(self._name, name)
            if name.endswith(("/", "\\")):
                folders.append(normalize_path(name))
                continue
            if (folder := folder_of(name)) not in holding:
                holding.update((folder, *_folders_above(folder)))
            if stat.S_ISLNK(entry.external_attr >> 16):
                yield SkippedEntry(name, "symlink")
            elif (reason := self._refusal(entry)) is not None and _is_wanted(name):
                yield RefusedFile(name, InvalidImage.code, reason)
            else:
                # What is refused or too large for an image is never unpacked.
                if reason is None and entry.file_size <= self._settings.max_image_bytes:
                    unpacked_bytes += entry.file_size
                peek = partial(self._peek, entry) if reason is None else None
                read = partial(self._read, entry, name)
                yield SourceFile(name, entry.file_size, read, None, peek)
        self._check_total(unpacked_bytes)
        for folder in folders:
            holding.update(_folders_above(folder))
        for folder in folders:
            if folder not in holding:
                yield SkippedEntry(f"{folder}/", EMPTY_FOLDER)

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

    def _peek(self, entry: zipfile.ZipInfo) -> bytes:
        try:
            return self._content(entry, _PEEKED_BYTES, PEEK_BYTES)[:PEEK_BYTES]
        except (OSError, ValueError, zlib.error, struct.error):
            return b""

    def _unpack(self, entry: zipfile.ZipInfo) -> bytes:
        data = self._content(entry, entry.compress_size, entry.file_size + 1)
        if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
            raise ValueError("its checksum is wrong")
        return data

    def _content(self, entry: zipfile.ZipInfo, packed_bytes: int, unpacked_bytes: int) -> bytes:
        """The start of an entry's content. Layout: APPNOTE.TXT 6.3.10, section 4.3.7."""
        file = self._file.fileno()
        header = os.pread(file, _HEADER_BYTES, entry.header_offset)
        if header[:4] != _HEADER or entry.compress_size > 2 * entry.file_size + _SLACK_BYTES:
            raise ValueError("its header is damaged")
        start = entry.header_offset + _HEADER_BYTES + sum(struct.unpack_from("<HH", header, 26))
        data = os.pread(file, min(packed_bytes, entry.compress_size), start)
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, unpacked_bytes)
        return data

    def _check_entry_count(self, file: BinaryIO) -> None:
        limit = self._settings.max_archive_entries
        if count_entries(file, limit) > limit:
            raise UnsafeArchive(
                f"{self._name} has more than {limit:,} entries. Split it, or raise "
                "TELLAPART_MAX_ARCHIVE_ENTRIES."
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
            largest = max(self._directory, key=lambda entry: entry.file_size)
            raise UnsafeArchive(
                f"{self._name} unpacks to more than {settings.max_compression_ratio:g} times its "
                f"{self._archive_bytes:,} bytes, as a ZIP bomb does; most in "
                f"{self._decode_name(largest)[:80]!a}. If its pictures are that plain, unpack it "
                "and import the folder, or raise TELLAPART_MAX_COMPRESSION_RATIO."
            )

    def _refusal(self, entry: zipfile.ZipInfo) -> str | None:
        if entry.flag_bits & _ENCRYPTED:
            return "The file is encrypted. Make a ZIP without a password."
        if entry.compress_type not in _METHODS:
            method = _OTHER_METHODS.get(entry.compress_type, f"method {entry.compress_type}")
            return (
                f"The file is compressed by {method}, which is not read. Unpack it and import the "
                "folder, or make a ZIP with the usual method, deflate (`zip -r`, or 7-Zip)."
            )
        ratio = self._settings.max_compression_ratio
        if entry.file_size > max(_HARMLESS_BYTES, entry.compress_size * ratio):
            return f"The file unpacks to more than {ratio:g} times its size, as no picture does."
        return None


def check_inside(archive: str, name: str) -> None:
    """Refuse an archive of which an entry would lie outside of where it is unpacked.

    Raises:
        UnsafeArchive: it would.
    """
    parts = name.replace("\\", "/").removeprefix("/").split("/")
    # A slash before a path is what some tools write; two are a path of another machine.
    if ".." in parts or (parts[0] == "" and len(parts) > 1) or parts[0][1:2] == ":":
        raise UnsafeArchive(
            f"{archive} names a path outside of itself ({name[:80]!a}), as archives made to "
            "overwrite files do. Make a new one from the folder of pictures."
        )


def _is_wanted(name: str) -> bool:
    return skip_reason(name) is None or is_metadata(name)


def _folders_above(path: str) -> Iterator[str]:
    while path := folder_of(path):
        yield path
