"""Files that name the classes of images: `metadata.csv` and `metadata.jsonl`.

A million rows are kept as a few bytes each: the hash of a path, and the number of what is said
of it. The rows themselves are read again when one has to be named.
"""

import csv
import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import Any

import numpy as np

from tellapart.errors import ConflictingLabels, SourceError
from tellapart.intake.paths import normalize_path, skip_reason, split_of
from tellapart.store.tables import Split

_NAMES = ("metadata.csv", "metadata.jsonl")
_DELIMITERS = (b",", b";", b"\t")
_CONFLICT = -1


@dataclass(frozen=True, slots=True)
class Placement:
    """What is known of an image; None where nothing is."""

    label: str | None
    split: Split | None


def is_metadata(path: str) -> bool:
    """Whether this is a file that may name the classes of the images beside and below it."""
    name = normalize_path(path).rpartition("/")[2].lower()
    return name in _NAMES and skip_reason(path) in (".csv file", ".jsonl file")


class Metadata:
    """What the metadata files of one source say. `folders` are those of files that have rows."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Read the files, by their paths.

        Raises:
            SourceError: one cannot be read.
        """
        self.folders: set[str] = set()
        self._files = files
        self._placements: list[Placement] = []
        keys, codes = self._read()
        order = np.argsort(keys, kind="stable")
        keys, codes = keys[order], codes[order]
        again = keys[1:] == keys[:-1]
        differs = np.unique(keys[1:][again & (codes[1:] != codes[:-1])])
        codes[np.isin(keys, differs)] = _CONFLICT
        first = np.concatenate(([True], ~again))[: len(keys)]
        self._keys = array("q", keys[first].tobytes())
        self._codes = array("i", codes[first].tobytes())
        self._seen = bytearray(len(self._keys))

    def get(self, path: str) -> Placement | None:
        """What is said of an image; its file counts as present from now on.

        Raises:
            ConflictingLabels: two rows disagree.
        """
        index = self._index(path)
        if index is None:
            return None
        self._seen[index] = 1
        code = self._codes[index]
        if code == _CONFLICT:
            raise ConflictingLabels(
                f"The metadata names {path} more than once, with different labels or splits. Keep "
                "one of the rows."
            )
        return self._placements[code]

    def missing(self, named: int) -> tuple[int, list[str]]:
        """How many listed files were never asked for, and the first few of their names."""
        count = self._seen.count(0)
        gone = (path for path, _ in self._rows() if count and not self._was_seen(path))
        return count, list(dict.fromkeys(islice(gone, named)))

    def _was_seen(self, path: str) -> bool:
        index = self._index(path)
        return index is not None and bool(self._seen[index])

    def _index(self, path: str) -> int | None:
        key = hash(path)
        index = bisect_left(self._keys, key)
        return index if index < len(self._keys) and self._keys[index] == key else None

    def _read(self) -> tuple[Any, Any]:
        known: dict[Placement, int] = {}
        keys, codes = array("q"), array("i")
        for path, placement in self._rows():
            keys.append(hash(path))
            codes.append(known.setdefault(placement, len(known)))
        self._placements = list(known)
        return np.array(keys, np.int64), np.array(codes, np.int32)

    def _rows(self) -> Iterator[tuple[str, Placement]]:
        for path, content in self._files.items():
            folder = normalize_path(path).rpartition("/")[0]
            for name, placement in _read_rows(path, content):
                self.folders.add(folder)
                yield f"{folder}/{name}".lstrip("/"), placement


def _read_rows(path: str, content: bytes) -> Iterator[tuple[str, Placement]]:
    rows = _json_rows(content) if path.lower().endswith(".jsonl") else _csv_rows(content)
    try:
        for row in rows:
            if "file_name" in row and "label" in row:
                yield _listed(row)
    except (ValueError, RecursionError, csv.Error) as error:
        raise SourceError(
            f"{path} cannot be read ({error}). It should be UTF-8, with file_name and label "
            "in each line."
        ) from error


_JSON_NAMES = {list: "a list", dict: "an object"}


def _listed(row: Mapping[str, Any]) -> tuple[str, Placement]:
    label, split = row["label"], row.get("split")
    if isinstance(label, (list, dict)):
        raise ValueError(  # noqa: TRY004 - of the file, not of the code
            f"the label of {str(row['file_name'])[:80]} is {_JSON_NAMES[type(label)]}; a "
            "picture has one class"
        )
    given = None if label is None or not str(label).strip() else str(label)
    placement = Placement(given, None if split is None else split_of(str(split)))
    return normalize_path(str(row["file_name"])), placement


def _csv_rows(content: bytes) -> Iterator[dict[str, Any]]:
    first = content.replace(b"\r", b"\n", 1).partition(b"\n")[0]
    delimiter = next((mark for mark in _DELIMITERS if mark in first), b",").decode()
    lines = TextIOWrapper(BytesIO(content), "utf-8-sig", newline="")
    for row in csv.DictReader(lines, delimiter=delimiter):
        yield {(name or "").strip().lower(): value for name, value in row.items()}


def _json_rows(content: bytes) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(BytesIO(content), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(
                    f"line {number} is no JSON, from character {error.colno}"
                ) from error
            if not isinstance(row, dict):
                raise ValueError(f"line {number} is not an object")
            yield row
