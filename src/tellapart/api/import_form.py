"""The multipart form of an import, taken apart as it arrives: nothing of it waits in memory."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from tellapart.api.loose_images import LooseImages
from tellapart.errors import InvalidRequest

EXPECTED = (
    "Send either one ZIP in the field 'file', or loose pictures in the field 'files'. "
    "With curl: -F file=@pictures.zip"
)
_MAX_LABEL_BYTES = 4096
_Write = Callable[[memoryview], object]


class ImportForm:
    """Writes one ZIP (`file`) or loose images (`files`) to a file; keeps the field `label`.

    `name` is what to call the upload.
    """

    def __init__(self, content_type: str, file: BinaryIO, max_loose: int) -> None:
        """Begin a form that is announced by this Content-Type.

        Raises:
            InvalidRequest: it names no usable boundary.
        """
        self.name = ""
        self._file = file
        self._max_loose = max_loose
        self._images: LooseImages | None = None
        self._label = bytearray()
        self._header, self._value, self._disposition = bytearray(), bytearray(), b""
        self._write: _Write = _ignore
        self._complete = False
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise InvalidRequest(f"The form cannot be read: it names no boundary. {EXPECTED}")
        try:
            self._parser = self._parse(boundary)
        except FormParserError as error:
            raise InvalidRequest(f"The form cannot be read: {error}.") from None

    @property
    def loose(self) -> bool:
        """Whether loose images came, and no ZIP."""
        return self._images is not None

    @property
    def label(self) -> str | None:
        """The field `label`, if it came with anything in it."""
        return _text(bytes(self._label)).strip() or None

    def write(self, data: bytes) -> None:
        """Take the next bytes of the body.

        Raises:
            InvalidRequest: the form is malformed, or has a file that is not expected.
            PayloadTooLarge: there are too many loose images.
        """
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise InvalidRequest(f"The form cannot be read: {error}.") from None

    def finish(self, label: str | None) -> None:
        """Complete the file; loose images get the class `label`.

        Raises:
            InvalidRequest: the form is cut off, or has no file.
        """
        if not self._complete:
            raise InvalidRequest("The form ends in the middle; nothing was kept. Send it again.")
        if not self.name:
            raise InvalidRequest(f"The form has no file. {EXPECTED}")
        if self._images is not None:
            self._images.finish(label)
        elif label is not None:
            raise InvalidRequest(
                f"A ZIP says itself which classes it has; 'label' does not. {EXPECTED}"
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
            self._write = self._add_to_label if field == "label" else _ignore
            return
        name = display_name(_text(options[b"filename"]))
        if field == "files" and (self.loose or not self.name):
            self._begin_image(name)
        elif field == "file" and not self.name:
            self._write, self.name = self._file.write, name
        else:
            raise InvalidRequest(f"A file in the field {field[:40]!r} is not expected. {EXPECTED}")

    def _begin_image(self, name: str) -> None:
        self._images = self._images or LooseImages(self._file, self._max_loose)
        self._images.begin(name)
        self._write = self._images.write
        count = self._images.count
        self.name = name if count == 1 else f"{count:,} loose pictures"

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        self._write(memoryview(data)[start:end])

    def _end_part(self) -> None:
        if self._images is not None:
            self._images.end()

    def _add_to_label(self, data: memoryview) -> None:
        self._label += data
        if len(self._label) > _MAX_LABEL_BYTES:
            raise InvalidRequest("The field 'label' is longer than any class name.")

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
