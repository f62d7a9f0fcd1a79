"""What a path says: which class a picture belongs to, and which split.

Understood are `class/img`, `split/class/img`, `class/split/img`, any of these under wrapping
folders, and `metadata.csv` or `metadata.jsonl` with `file_name`, `label` and optionally `split`.
Where folders can be read in two ways:

- A folder that all pictures share is wrapping when folders with pictures are in it; a folder that
  alone holds all pictures is a class. So is one with pictures and a single folder of pictures in
  it (`cats/a.jpg`, `cats/2021/b.jpg`), and one whose folders are splits that hold the pictures.
- A folder named like a split is one when all its pictures are in folders of its own, or when all
  its neighbours are named like splits too; otherwise it is a class ("train" beside "bus").
- The first folder that is neither wrapping nor a split is the class; deeper ones mean nothing:
  `cats/2021/a.jpg` is a cat.
- A picture in no such folder has no class; its own name is never taken for one.
- Below a metadata file with labels, a picture that it does not list has no class.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from itertools import takewhile
from typing import Any

from tellapart.errors import InvalidClassName, SourceError
from tellapart.store.tables import Split

_Folders = tuple[str, ...]

_SPLIT_NAMES: dict[str, Split] = {
    "train": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
}
PICTURE_EXTENSIONS = frozenset(
    (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib")
)
_METADATA_NAMES = ("metadata.csv", "metadata.jsonl")
_SYSTEM_FILES = ("thumbs.db", "desktop.ini")
_UNUSUAL_PATH = re.compile(r"\\|//|^/|/$|(^|/)\.(/|$)")
# Controls, halves of characters, and separators of lines and paragraphs: a page cannot show them.
_UNSHOWABLE = ("Cc", "Cs", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class Placement:
    """What is known of a picture; None where nothing is."""

    label: str | None
    split: Split | None


@dataclass(frozen=True, slots=True)
class Layout:
    """How the paths of one source are to be read. Made by `infer_layout`."""

    wrapping_depth: int
    split_folders: frozenset[str]
    listed: Mapping[str, Placement]
    listed_folders: frozenset[str]
    max_class_name_length: int

    def place(self, path: str) -> Placement:
        """The class and the split of a picture.

        Raises:
            InvalidClassName: the class name is empty, too long or cannot be shown.
        """
        path = normalize_path(path)
        label, split = self._place_by_folders(_folders(path))
        if (listed := self.listed.get(path)) is not None:
            label, split = listed.label, listed.split or split
        elif self.listed_folders and any(map(self.listed_folders.__contains__, _parents(path))):
            label = None
        return Placement(None if label is None else self._class_name(label), split)

    def _place_by_folders(self, folders: _Folders) -> tuple[str | None, Split | None]:
        folders = folders[self.wrapping_depth :]
        if not folders:
            return None, None
        if folders[0] in self.split_folders:
            # Archives often repeat it: train/train/cats.
            label = next((name for name in folders if split_of(name) is None), None)
            return label, split_of(folders[0])
        return folders[0], split_of(folders[1]) if len(folders) > 1 else None

    def _class_name(self, label: str) -> str:
        return clean_class_name(label, max_length=self.max_class_name_length)


def infer_layout(
    paths: Iterable[str],
    metadata: Mapping[str, bytes] | None = None,
    *,
    max_class_name_length: int = 120,
) -> Layout:
    """Find out how the paths of a source are to be read.

    Args:
        paths: all paths of the source, with `/` or a backslash; what is no picture is left out.
        metadata: the content of each metadata file, by its path (see `is_metadata`).
        max_class_name_length: in characters.

    Raises:
        SourceError: a metadata file cannot be read.
    """
    folders = {_folders(path) for path in map(normalize_path, paths) if skip_reason(path) is None}
    depth = _wrapping_depth(folders)
    listed: dict[str, Placement] = {}
    listed_folders = set()
    for path, content in (metadata or {}).items():
        folder = normalize_path(path).rpartition("/")[0]
        rows = dict(_read_metadata(path, content))
        listed.update({f"{folder}/{name}".lstrip("/"): row for name, row in rows.items()})
        if rows:
            listed_folders.add(folder)
    return Layout(
        wrapping_depth=depth,
        split_folders=_split_folders({names[depth:] for names in folders}),
        listed=listed,
        listed_folders=frozenset(listed_folders),
        max_class_name_length=max_class_name_length,
    )


def normalize_path(path: str) -> str:
    """A path with `/` between its parts, and none before them."""
    if not _UNUSUAL_PATH.search(path):
        return path
    parts = path.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def skip_reason(path: str) -> str | None:
    """Why a file is no picture of the data set, in words that can be counted; None if it is one."""
    *folders, name = normalize_path(path).split("/")
    extension = "." + name.lower().rpartition(".")[2] if "." in name else ""
    if "__MACOSX" in folders:
        return "__MACOSX"
    if any(part.startswith(".") for part in (*folders, name)):
        return "hidden file"
    if name.lower() in _SYSTEM_FILES:
        return "system file"
    if extension in PICTURE_EXTENSIONS:
        return None
    return f"{extension} file" if extension else "file without extension"


def is_metadata(path: str) -> bool:
    """Whether this is a file that may name the classes of the pictures beside and below it."""
    name = normalize_path(path).rpartition("/")[2].lower()
    return name in _METADATA_NAMES and skip_reason(path) in (".csv file", ".jsonl file")


def split_of(name: str) -> Split | None:
    """The split that a folder name or a metadata value stands for, if any."""
    return _SPLIT_NAMES.get(name.strip().lower())


def clean_class_name(name: str, *, max_length: int) -> str:
    """A class name in Unicode NFC, without white space around it.

    Raises:
        InvalidClassName: it is empty, too long or has characters that cannot be shown.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise InvalidClassName("The class name is empty. Give the folder a name.")
    if not name.isprintable() and any(map(_is_unshowable, name)):
        raise InvalidClassName(
            f"The class name {name[:40]!a} has characters that cannot be shown. Rename the folder."
        )
    if len(name) > max_length:
        raise InvalidClassName(
            f"The class name {name[:40]}… has {len(name)} characters; at most {max_length} are "
            "possible. Shorten the name of the folder."
        )
    return name


def _is_unshowable(character: str) -> bool:
    return unicodedata.category(character) in _UNSHOWABLE


def _folders(path: str) -> _Folders:
    return tuple(path.split("/")[:-1])


def _parents(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


def _wrapping_depth(folders: set[_Folders]) -> int:
    depth = 0
    while True:
        # Pictures beside a wrapping folder have no class in any case.
        inside = {names for names in folders if names}
        if len({names[0] for names in inside}) != 1 or not _wraps(inside):
            return depth
        folders = {names[1:] for names in inside}
        depth += 1


def _wraps(folders: set[_Folders]) -> bool:
    """Whether the first folder, which all have in common, only wraps the others."""
    if split_of(next(iter(folders))[0]) is not None:
        return False
    if any(len(names) > 2 for names in folders):
        return True
    children = [names[1] for names in folders if len(names) == 2]
    holds_pictures = len(children) < len(folders)
    return len(children) > holds_pictures and not all(map(split_of, children))


def _split_folders(folders: set[_Folders]) -> frozenset[str]:
    tops = {names[0] for names in folders if names}
    named = {name for name in tops if split_of(name) is not None}
    if named == tops:
        return frozenset(named)
    return frozenset(name for name in named if (name,) not in folders)


def _read_metadata(path: str, content: bytes) -> Iterator[tuple[str, Placement]]:
    try:
        text = content.decode("utf-8-sig")
        rows = _json_rows(text) if path.lower().endswith(".jsonl") else _csv_rows(text)
        for row in rows:
            if "file_name" in row and "label" in row:
                yield _listed(row)
    except (ValueError, RecursionError, csv.Error) as error:
        raise SourceError(
            f"{path} cannot be read ({error}). It should be UTF-8, with file_name and label "
            "in each line."
        ) from error


def _listed(row: Mapping[str, Any]) -> tuple[str, Placement]:
    label, split = row["label"], row.get("split")
    given = None if label is None or not str(label).strip() else str(label)
    placement = Placement(given, None if split is None else split_of(str(split)))
    return normalize_path(str(row["file_name"])), placement


def _csv_rows(text: str) -> Iterator[dict[str, Any]]:
    lines = StringIO(text, newline="")
    first = "".join(takewhile(lambda character: character not in "\r\n", text))
    delimiter = next((mark for mark in ",;\t" if mark in first), ",")
    for row in csv.DictReader(lines, delimiter=delimiter):
        yield {(name or "").strip().lower(): value for name, value in row.items()}


def _json_rows(text: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError(f"line {number} is not an object")
            yield row
