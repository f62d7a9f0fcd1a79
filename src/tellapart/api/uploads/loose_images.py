"""Images that are uploaded one by one: one ZIP, written as they arrive."""

import json
import zipfile
from contextlib import suppress
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from blake3 import blake3

from tellapart.errors import InvalidRequest, PayloadTooLarge
from tellapart.intake.paths import normalize_path
from tellapart.labeling.upload_batches import BatchFile


class LooseImages:
    """Loose images as one ZIP, numbered, so that no two names can clash."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self.count = 0
        self.files: list[BatchFile] = []
        self._name, self._size_bytes, self._hash = "", 0, blake3()
        self._limit = limit
        self._names: dict[str, None] = {}
        self._zip = zipfile.ZipFile(file, "w")
        self._open: IO[bytes] | None = None

    @property
    def title(self) -> str:
        """What to call them all."""
        if self.count == 1:
            return PurePosixPath(next(iter(self._names), "")).name
        return f"{self.count:,} loose pictures"

    def begin(self, name: str) -> None:
        """Start an image.

        Raises:
            PayloadTooLarge: it is one too many.
            InvalidRequest: its path cannot be kept.
        """
        if self.count == self._limit:
            raise PayloadTooLarge(
                f"More than {self._limit:,} pictures came at once; nothing was kept. "
                "Send them in parts, or as one ZIP."
            )
        entry = self._entry_name(name)
        self._names[entry] = None
        self._open = self._zip.open(entry, "w", force_zip64=True)
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
            self.files.append(BatchFile(self._name, self._size_bytes, self._hash.hexdigest()))

    def finish(self, label: str | None) -> None:
        """Complete the archive. A label file gives all images the class `label`."""
        if label is not None:
            rows = (json.dumps({"file_name": name, "label": label}) for name in self._names)
            self._zip.writestr("metadata.jsonl", "\n".join(rows))
        self._zip.close()

    def _entry_name(self, name: str) -> str:
        return f"{self.count:04d}/{_image_name(name)}"

    def discard(self) -> None:
        """Leave the archive incomplete."""
        with suppress(OSError):
            self.end()
        self._zip.fp = None  # else it would write its directory when it is forgotten


class FolderImages(LooseImages):
    """Images with their paths, whose folders say class and split as they do in any ZIP."""

    @property
    def title(self) -> str:
        """The folder that holds them all, or how many there are."""
        tops = {path.partition("/")[0] for path in self._names if "/" in path}
        return tops.pop() if len(tops) == 1 else f"{self.count:,} pictures in folders"

    def finish(self, label: str | None) -> None:
        """Complete the archive.

        Raises:
            InvalidRequest: a class is given too.
        """
        if label is not None:
            raise InvalidRequest(
                "The folders say the classes, and 'label' says another one. Leave out one of them."
            )
        super().finish(None)

    def _entry_name(self, name: str) -> str:
        path = normalize_path(name)
        if not path or ".." in path.split("/"):
            raise InvalidRequest(
                f"{name[:200]!r} is no path inside of a folder; nothing was kept. Name each "
                "picture by its path, like cats/1.jpg."
            )
        if path in self._names:
            raise InvalidRequest(f"{path[:200]!r} came twice; nothing was kept. Send each once.")
        return path


def _image_name(name: str) -> str:
    """A name that an archive may have and that reads as an image, whatever the client says."""
    path = PurePosixPath(name.lstrip(".") or "unnamed")
    return path.name if path.suffix else f"{path}.jpg"  # browsers call a pasted image `blob`
