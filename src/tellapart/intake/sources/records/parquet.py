"""Images in the rows of Parquet files, as Hugging Face publishes data sets.

A column holds the bytes of an image each, or structs of `bytes` and `path`; another the class, as
a text, or as a number that the schema or the data set's card gives a name.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tellapart.dataset.class_names import clean_class_name
from tellapart.errors import (
    InvalidClassName,
    InvalidImage,
    MissingDependency,
    NoClassesFound,
    SourceError,
    UnsafeArchive,
)
from tellapart.intake.metadata import Placement
from tellapart.intake.paths import folder_of, split_of
from tellapart.intake.sources.items import RefusedFile
from tellapart.intake.sources.listing import Entry, ListedSource, SourceFile
from tellapart.settings import Settings
from tellapart.store.tables import Split

_BATCH_ROWS = 32
# The parts of a file that are read at once; those of published data sets have some 100 MB.
_MAX_ROW_GROUP_BYTES = 2**30
_IMAGE_NAMES = ("image", "img", "picture", "photo")
_LABEL_NAMES = ("label", "labels", "class", "category", "fine_label", "target")
_SHARD = re.compile(r"[-_.]")


@dataclass(frozen=True, slots=True)
class _Table:
    """One file: its name in the data set, and which of its columns hold what."""

    path: Path
    name: str
    image: str
    label: str | None
    class_names: Sequence[str] | None
    rows: int
    split: Split | None


class ParquetSource(ListedSource):
    """The images in Parquet files. Only a few rows of one file are in memory."""

    def __init__(
        self,
        name: str,
        files: Mapping[str, Path],
        settings: Settings,
        *,
        unlabeled: bool,
        class_names: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Open the files, which are given by their names in the data set.

        `class_names` gives the names of the numbers in a column, where the files do not.

        Raises:
            MissingDependency: pyarrow is not installed.
            NoClassesFound: no file has a column of classes; not if `unlabeled`.
            UnsafeArchive: there are too many rows.
            SourceError: a file is damaged, or none has images.
        """
        tables = [_open(path, shown, class_names or {}) for shown, path in sorted(files.items())]
        self._tables = [table for table in tables if table is not None]
        if not self._tables:
            raise SourceError(
                f"No column of {name} holds pictures: bytes of PNG or JPEG files, or structs of "
                "bytes and path, are expected."
            )
        if not unlabeled and all(table.label is None for table in self._tables):
            raise NoClassesFound(
                f"{name} has no column that says which class a picture belongs to. It should be "
                "called label. To add pictures without a class, import them as unlabeled "
                "(--unlabeled)."
            )
        self._max_name_length = settings.max_class_name_length
        total = sum(table.rows for table in self._tables)
        if total > settings.max_archive_entries:
            raise UnsafeArchive(
                f"{name} has more than {settings.max_archive_entries:,} rows. Split it, or raise "
                "TELLAPART_MAX_ARCHIVE_ENTRIES."
            )
        super().__init__(name, self._images, settings, unlabeled=unlabeled, total=total)

    def _images(self) -> Iterator[Entry]:
        for table in self._tables:
            for row, (image, label) in enumerate(_rows(table)):
                yield self._entry(table, row, image, label)

    def _entry(self, table: _Table, row: int, image: Any, label: Any) -> Entry:
        data, path = (
            (image.get("bytes"), image.get("path"))
            if isinstance(image, dict)
            else (
                image,
                None,
            )
        )
        name = f"{table.name}/{row:06d}{_file_name(path)}"
        if not data:
            reason = f"{name} has no picture in its row."
            return RefusedFile(name, InvalidImage.code, reason)
        try:
            label = _class_name(table, label)
            if label is not None:
                clean_class_name(label, max_length=self._max_name_length)
        except InvalidClassName as error:
            # Its bytes are read again when they are asked for: many of them would fill the memory.
            return RefusedFile(name, error.code, str(error), partial(_read_row, table, row))
        return SourceFile(name, len(data), partial(bytes, data), Placement(label, table.split))


def _open(path: Path, name: str, class_names: Mapping[str, Sequence[str]]) -> _Table | None:
    """What is known of a file; None if it has no images."""
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingDependency(
            "Parquet files are read by pyarrow, which is not installed. Install it with "
            "pip install 'tellapart[huggingface]'."
        ) from error
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
    except (pyarrow.ArrowException, OSError) as error:
        raise _damaged(name, error) from error
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    if any(group.total_byte_size > _MAX_ROW_GROUP_BYTES for group in groups):
        raise SourceError(
            f"{name} has row groups of more than {_MAX_ROW_GROUP_BYTES:,} bytes, too many to hold. "
            "Write it anew with smaller ones."
        )
    features = _features(schema.metadata or {})
    image = _image_column(schema, features)
    if image is None:
        return None
    names = {column: feature["names"] for column, feature in features.items() if "names" in feature}
    names = {**class_names, **names}
    label = _label_column(schema, names, image)
    split = split_of(_SHARD.split(path.stem)[0]) or split_of(folder_of(name).rpartition("/")[2])
    shown = name.removesuffix(".parquet")
    return _Table(path, shown, image, label, names.get(label or ""), metadata.num_rows, split)


def _features(metadata: Mapping[bytes, bytes]) -> dict[str, dict[str, Any]]:
    """What `datasets` writes down of each column."""
    try:
        features = json.loads(metadata.get(b"huggingface", b"{}"))["info"]["features"]
        return {name: feature for name, feature in features.items() if isinstance(feature, dict)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _image_column(schema: Any, features: Mapping[str, Any]) -> str | None:
    from pyarrow import types

    def holds_bytes(kind: Any) -> bool:
        return bool(types.is_binary(kind) or types.is_large_binary(kind))

    structs = [
        field.name
        for field in schema
        if types.is_struct(field.type)
        and any(part.name == "bytes" and holds_bytes(part.type) for part in field.type)
    ]
    plain = [field.name for field in schema if holds_bytes(field.type)]
    found = [*structs, *plain]
    said = [name for name in found if features.get(name, {}).get("_type") == "Image"]
    known = [name for name in _IMAGE_NAMES if name in found]
    return next(iter([*said, *known, *found]), None)


def _label_column(schema: Any, names: Mapping[str, Sequence[str]], image: str) -> str | None:
    from pyarrow import types

    usable = [
        field.name
        for field in schema
        if field.name != image
        and (
            types.is_integer(field.type)
            or types.is_string(field.type)
            or types.is_large_string(field.type)
            or types.is_boolean(field.type)
            or (types.is_dictionary(field.type) and types.is_string(field.type.value_type))
        )
    ]
    known = [name for name in _LABEL_NAMES if name in usable]
    named = [name for name in usable if name in names]
    return next(iter([*(name for name in known if name in named), *named, *known]), None)


def _rows(table: _Table) -> Iterator[tuple[Any, Any]]:
    """The image and the label of each row."""
    import pyarrow.parquet

    columns = [table.image] if table.label is None else [table.image, table.label]
    try:
        with pyarrow.parquet.ParquetFile(table.path, buffer_size=2**20, pre_buffer=False) as file:
            for batch in file.iter_batches(_BATCH_ROWS, columns=columns, use_threads=False):
                images = batch.column(table.image)
                labels = None if table.label is None else batch.column(table.label)
                for row in range(batch.num_rows):
                    label = None if labels is None else labels[row].as_py()
                    yield images[row].as_py(), label
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _damaged(table.name, error) from error


def _read_row(table: _Table, wanted: int) -> bytes:
    for row, (image, _) in enumerate(_rows(table)):
        if row == wanted:
            return bytes(image["bytes"] if isinstance(image, dict) else image)
    raise InvalidImage(f"{table.name} has no row {wanted:,} any more.")


def _class_name(table: _Table, label: Any) -> str | None:
    if label is None or (table.class_names is not None and label == -1):  # the mark of `datasets`
        return None
    if table.class_names is None or isinstance(label, str):
        return str(label)
    if not 0 <= label < len(table.class_names):
        raise InvalidClassName(f"Class number {label} has no name in {table.name}.")
    return str(table.class_names[label])


def _file_name(path: Any) -> str:
    """The file name in a row, to be shown; never a path to anything."""
    name = str(path or "").replace("\\", "/").rpartition("/")[2]
    return f"-{name}" if name.isprintable() and 0 < len(name) <= 100 else ""


def _damaged(name: str, error: Exception) -> SourceError:
    return SourceError(
        f"{name} is no Parquet file, or it is damaged or cut off ({str(error)[:200]}). Download it "
        "again."
    )
