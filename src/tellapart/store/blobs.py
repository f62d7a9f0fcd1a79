"""Files by what they contain: the name of a blob is the BLAKE3 hash of its bytes."""

import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from blake3 import blake3

from tellapart.errors import BlobNotFound


def content_hash(data: bytes) -> str:
    """The name of a blob: BLAKE3 in lower-case hexadecimal, 64 characters."""
    return blake3(data).hexdigest()


class LocalBlobs:
    """Blobs in a folder, in 256 sub-folders.

    A blob is written under a temporary name, synced and renamed, so that a name is either
    complete or absent.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staging = folder / "staging"
        self._staging.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Where a blob of this name is, or would be."""
        return self._folder / name[:2] / name

    def write(self, data: bytes) -> str:
        """Keep `data` and return its name."""
        name = content_hash(data)
        if self.exists(name):
            return name
        descriptor, temporary = tempfile.mkstemp(dir=self._staging)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                self._publish(file, Path(temporary), self.path(name))
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return name

    def read(self, name: str) -> bytes:
        """The bytes of a blob.

        Raises:
            BlobNotFound: there is none of this name.
        """
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            raise BlobNotFound(
                f"The stored file {name[:12]}… is missing from {self._folder}. "
                "Restore the blobs folder from a backup, or import the pictures again."
            ) from None

    def exists(self, name: str) -> bool:
        """Whether there is a blob of this name."""
        return self.path(name).is_file()

    def delete(self, name: str) -> None:
        """Forget a blob; nothing happens when there is none."""
        self.path(name).unlink(missing_ok=True)

    def _publish(self, file: BinaryIO, temporary: Path, final: Path) -> None:
        file.flush()
        os.fsync(file.fileno())
        final.parent.mkdir(exist_ok=True)
        temporary.replace(final)
        _sync_folder(final.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
