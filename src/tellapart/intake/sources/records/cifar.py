"""The binary version of CIFAR-10, as its authors publish it.

Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009. A record is a
byte for the class and 32 x 32 pixels: all red ones, all green ones, all blue ones, row by row.
"""

import gzip
import re
import tarfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from tellapart.errors import SourceError, UnsafeArchive
from tellapart.intake.metadata import Placement
from tellapart.intake.paths import skip_reason
from tellapart.intake.sources.listing import ListedSource, SourceFile
from tellapart.intake.sources.records.pixels import png
from tellapart.settings import Settings
from tellapart.store.tables import Split

CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
_SIDE_PX = 32
_RECORD_BYTES = 1 + 3 * _SIDE_PX**2
_BATCH = re.compile(r"(?:^|/)(data_batch_\d+|test_batch)(\.bin)?$")
_CHUNK_BYTES = 2**20


def holds_cifar(path: Path) -> bool:
    """Whether a tar.gz is CIFAR-10: a batch of it comes before any image of its own."""
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                if _BATCH.search(member.name):
                    return True
                if member.isfile() and skip_reason(member.name) is None:
                    return False
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError, RecursionError):
        pass  # whoever opens it says so
    return False


class CifarSource(ListedSource):
    """The images in `cifar-10-binary.tar.gz`, as PNGs, with their given splits."""

    def __init__(self, path: Path, settings: Settings, *, unlabeled: bool) -> None:
        """Read through the archive.

        Raises:
            UnsafeArchive: it unpacks to too much.
            SourceError: it is damaged or cut off, or something else.
        """
        self._path = path
        self._max_bytes = min(
            settings.max_archive_bytes, int(path.stat().st_size * settings.max_compression_ratio)
        )
        super().__init__(path.name, self._images, settings, unlabeled=unlabeled)

    def _images(self) -> Iterator[SourceFile]:
        try:
            with gzip.open(self._path) as unpacked:
                with tarfile.open(fileobj=unpacked, mode="r|") as archive:
                    yield from self._members(archive)
                while unpacked.read(_CHUNK_BYTES):
                    pass  # to the checksum at its end
        except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
            raise SourceError(
                f"{self._path.name} is no tar.gz archive, or it is damaged or cut off ({error}). "
                "Download it again."
            ) from error

    def _members(self, archive: tarfile.TarFile) -> Iterator[SourceFile]:
        unpacked_bytes = 0
        for member in archive:
            unpacked_bytes += member.size
            if unpacked_bytes > self._max_bytes:
                raise UnsafeArchive(
                    f"{self._path.name} unpacks to more than {self._max_bytes:,} bytes, which no "
                    "version of CIFAR-10 does."
                )
            if (found := _BATCH.search(member.name)) is None or not member.isfile():
                continue
            if found[2] is None:
                raise SourceError(
                    f"{self._path.name} is the Python version of CIFAR-10: its pickles could run "
                    "code. Give the binary version, cifar-10-binary.tar.gz."
                )
            yield from self._records(archive, member, found[1])

    def _records(
        self, archive: tarfile.TarFile, member: tarfile.TarInfo, batch: str
    ) -> Iterator[SourceFile]:
        split: Split = "test" if batch == "test_batch" else "train"
        content = archive.extractfile(member)
        assert content is not None, "it is a file"
        for number in range(-(-member.size // _RECORD_BYTES)):
            record = content.read(_RECORD_BYTES)
            if len(record) != _RECORD_BYTES or record[0] >= len(CLASSES):
                raise SourceError(
                    f"{member.name[:80]!a} in {self._path.name} is damaged at picture {number:,}, "
                    "or no part of CIFAR-10. Download it again."
                )
            label = CLASSES[record[0]]
            name = f"cifar10/{split}/{label}/{batch}-{number:05d}.png"
            read = partial(_read, record)
            yield SourceFile(name, _RECORD_BYTES, read, Placement(label, split))


def _read(record: bytes) -> bytes:
    planes = np.frombuffer(record, np.uint8, offset=1).reshape(3, _SIDE_PX, _SIDE_PX)
    return png(np.ascontiguousarray(planes.transpose(1, 2, 0)))
