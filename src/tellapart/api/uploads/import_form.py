"""A multipart form with images, taken apart as it arrives: nothing of it waits in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from tellapart.api.uploads.bodies import MALFORMED_FORM
from tellapart.api.uploads.loose_images import FolderImages, LooseImages
from tellapart.errors import InvalidRequest
from tellapart.labeling.upload_batches import BatchFile

_MAX_FIELD_BYTES = 4096
_MAX_FIELDS = 20
_Write = Callable[[memoryview], object]


@dataclass(frozen=True)
class FileFields:
    """The fields of a form that bring files: one ZIP, or loose images; None where none may come."""

    archive: str | None = "file"
    loose: str | None = "files"

    @property
    def expected(self) -> str:
        """What to send, for a person."""
        parts = []
        if self.archive is not None:
            parts.append(f"one ZIP in the field {self.archive!r}")
        if self.loose is not None:
            parts.append(f"loose pictures in the field {self.loose!r}")
        example = f"{self.archive}=@pictures.zip" if self.archive else f"{self.loose}=@a.jpg"
        either = "either " if len(parts) == 2 else ""
        return f"Send {either}{', or '.join(parts)}. With curl: -F {example}"


IMPORT_FIELDS = FileFields()


class ImportForm:
    """Writes one ZIP or loose images to a file; keeps the text fields."""

    def __init__(
        self,
        content_type: str,
        file: BinaryIO,
        max_loose: int,
        expected: FileFields = IMPORT_FIELDS,
        *,
        keep_paths: bool = False,
    ) -> None:
        """Begin a form that is announced by this Content-Type.

        Args:
            content_type: with its boundary.
            file: what to write to.
            max_loose: most images.
            expected: the fields that may bring files.
            keep_paths: the names of images are paths whose folders mean something.

        Raises:
            InvalidRequest: it names no usable boundary.
        """
        self._file = file
        self._archive_name = ""
        self._max_loose = max_loose
        self._expected = expected
        self.keeps_paths = keep_paths
        self._images: LooseImages | None = None
        self._texts: dict[str, bytearray] = {}
        self._header, self._value, self._disposition = bytearray(), bytearray(), b""
        self._write: _Write = _ignore
        self._complete = False
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise InvalidRequest(
                f"The form cannot be read: it names no boundary. {expected.expected}"
            )
        try:
            self._parser = self._parse(boundary)
        except FormParserError:
            raise InvalidRequest(MALFORMED_FORM) from None

    @property
    def name(self) -> str:
        """What to call the upload; empty while no file has come."""
        return self._archive_name if self._images is None else self._images.title

    @property
    def loose(self) -> bool:
        """Whether loose images came, and no ZIP."""
        return self._images is not None

    @property
    def files(self) -> list[BatchFile]:
        """The loose images that came."""
        return [] if self._images is None else self._images.files

    @property
    def texts(self) -> dict[str, str]:
        """The text fields that came with anything in them."""
        found = {name: _text(bytes(data)).strip() for name, data in self._texts.items()}
        return {name: text for name, text in found.items() if text}

    @property
    def label(self) -> str | None:
        """The field `label`, if it came with anything in it."""
        return self.texts.get("label")

    def write(self, data: bytes) -> None:
        """Take the next bytes of the body.

        Raises:
            InvalidRequest: the form is malformed, or has a file that is not expected.
            PayloadTooLarge: there are too many loose images.
        """
        try:
            self._parser.write(data)
        except FormParserError:
            raise InvalidRequest(MALFORMED_FORM) from None

    def finish(self, label: str | None) -> None:
        """Complete the file; loose images get the class `label`.

        Raises:
            InvalidRequest: the form is cut off, or has no file.
        """
        if not self._complete:
            raise InvalidRequest("The form ends in the middle; nothing was kept. Send it again.")
        if not self.name:
            raise InvalidRequest(f"The form has no file. {self._expected.expected}")
        if self._images is not None:
            self._images.finish(label)
        elif label is not None:
            raise InvalidRequest(
                "A ZIP says itself which classes it has; 'label' does not. "
                f"{self._expected.expected}"
            )

    def discard(self) -> None:
        """Write no more, whatever is open."""
        if self._images is not None:
            self._images.discard()

    def _parse(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._open_part,
                "on_part_data": self._add_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def _begin_part(self) -> None:
        self._disposition = b""

    def _end_header(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _open_part(self) -> None:
        options = parse_options_header(self._disposition.decode("latin-1"))[1]
        field = _text(options.get(b"name", b""))
        if b"filename" not in options:
            self._write = self._begin_text(field)
            return
        path = _text(options[b"filename"])
        if field == self._expected.loose and (self.loose or not self._archive_name):
            self._begin_image(path)
        elif field == self._expected.archive and not self.name:
            self._write, self._archive_name = self._file.write, display_name(path)
        else:
            raise InvalidRequest(
                f"A file in the field {field[:40]!r} is not expected. {self._expected.expected}"
            )

    def _begin_image(self, path: str) -> None:
        if self._images is None:
            kind = FolderImages if self.keeps_paths else LooseImages
            self._images = kind(self._file, self._max_loose)
        self._images.begin(path if self.keeps_paths else display_name(path))
        self._write = self._images.write

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        self._write(memoryview(data)[start:end])

    def _end_part(self) -> None:
        if self._images is not None:
            self._images.end()

    def _begin_text(self, field: str) -> _Write:
        if field in self._texts:
            raise InvalidRequest(f"The field {field[:40]!r} came twice. Send it once.")
        if len(self._texts) == _MAX_FIELDS:
            raise InvalidRequest(f"The form has more than {_MAX_FIELDS} text fields.")
        data = self._texts[field] = bytearray()

        def add(more: memoryview) -> None:
            data.extend(more)
            if len(data) > _MAX_FIELD_BYTES:
                raise InvalidRequest(
                    f"The field {field[:40]!r} is longer than {_MAX_FIELD_BYTES:,} bytes."
                )

        return add

    def _end(self) -> None:
        self._complete = True


def display_name(name: str) -> str:
    """The last part of the client's file name: shown, and never used as a path on disk."""
    return PurePosixPath(name.replace("\\", "/")).name[-200:] or "unnamed"


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _ignore(_data: memoryview) -> None:
    """Nobody asked for this field."""
