"""Loose images that are uploaded: one ZIP, written as they arrive."""

import json
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from blake3 import blake3

from tellapart.errors import PayloadTooLarge


@dataclass(frozen=True)
class LooseFile:
    """An uploaded image: the client's name for it, its size, and the BLAKE3 hash of its bytes."""

    name: str
    size_bytes: int
    content_hash: str


class LooseImages:
    """Loose images as one ZIP, numbered, so that no two names can clash."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self.count = 0
        self.files: list[LooseFile] = []
        self._name, self._size_bytes, self._hash = "", 0, blake3()
        self._limit = limit
        self._names: list[str] = []
        self._zip = zipfile.ZipFile(file, "w")
        self._open: IO[bytes] | None = None

    def begin(self, name: str) -> None:
        """Start an image.

        Raises:
            PayloadTooLarge: it is one too many.
        """
        if self.count == self._limit:
            raise PayloadTooLarge(
                f"More than {self._limit:,} pictures came at once; nothing was kept. "
                "Send them in parts, or as one ZIP."
            )
        self._names.append(f"{self.count:04d}/{_image_name(name)}")
        self._open = self._zip.open(self._names[-1], "w", force_zip64=True)
        self._name, self._size_bytes, self._hash = name, 0, blake3()
        self.count += 1

    def write(self, data: memoryview) -> None:
        """More of the image."""
        assert self._open is not None
        self._open.write(data)
        self._hash.update(data)
        self._size_bytes += len(data)

    def end(self) -> None:
        """The image is complete, if one was begun."""
        if self._open is not None:
            self._open.close()
            self._open = None
            self.files.append(LooseFile(self._name, self._size_bytes, self._hash.hexdigest()))

    def finish(self, label: str | None) -> None:
        """Complete the archive. A label file gives all images the class `label`."""
        if label is not None:
            rows = (json.dumps({"file_name": name, "label": label}) for name in self._names)
            self._zip.writestr("metadata.jsonl", "\n".join(rows))
        self._zip.close()

    def discard(self) -> None:
        """Leave the archive incomplete."""
        with suppress(OSError):
            self.end()
        self._zip.fp = None  # else it would write its directory when it is forgotten


def _image_name(name: str) -> str:
    """A name that an archive may have and that reads as an image, whatever the client says."""
    path = PurePosixPath(name.lstrip(".") or "unnamed")
    return path.name if path.suffix else f"{path}.jpg"  # browsers call a pasted image `blob`
