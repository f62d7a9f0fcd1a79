import json
import tracemalloc

import pytest

from tellapart.errors import ConflictingLabels, SourceError
from tellapart.intake.layouts import Layout
from tellapart.intake.metadata import Metadata, Placement, is_metadata
from tellapart.intake.paths import folder_of

Placed = dict[str, tuple[str | None, str | None]]


def placed(*paths: str, metadata: dict[str, bytes]) -> Placed:
    layout = Layout(map(folder_of, paths), metadata)
    placements = {path: layout.place(path) for path in paths}
    return {path: (found.label, found.split) for path, found in placements.items()}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("metadata.csv", True),
        ("train/Metadata.JSONL", True),
        ("__MACOSX/metadata.csv", False),
        ("labels.csv", False),
        ("metadata.json", False),
    ],
)
def test_is_metadata(path: str, expected: bool) -> None:
    assert is_metadata(path) is expected


CSV = b"\xef\xbb\xbffile_name,label,split\r\n1.jpg,cat,train\r\nsub/2.jpg, dog ,test\r\n3.jpg,,\r\n"
JSONL = b"\n".join(
    json.dumps(row).encode()
    for row in (
        {"file_name": "1.jpg", "label": "cat", "split": "train"},
        {"file_name": "sub/2.jpg", "label": "dog", "split": "TEST"},
        {"file_name": "3.jpg", "label": None},
    )
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("metadata.csv", CSV),
        ("metadata.csv", CSV.replace(b",", b";")),
        ("metadata.csv", CSV.replace(b",", b"\t").replace(b"file_name", b'"File_Name"')),
        ("metadata.jsonl", JSONL + b"\n\n"),
    ],
)
@pytest.mark.parametrize("folder", ["", "set/"])
def test_metadata(name: str, content: bytes, folder: str) -> None:
    paths = [folder + path for path in ("1.jpg", "sub/2.jpg", "3.jpg", "sub/4.jpg")]
    assert list(placed(*paths, metadata={folder + name: content}).values()) == [
        ("cat", "train"),
        ("dog", "test"),
        (None, None),
        (None, None),
    ]


def test_metadata_in_split_folders() -> None:
    rows = b"file_name,label\n1.jpg,cat\n"
    paths = ["train/1.jpg", "test/1.jpg", "test/2.jpg"]
    metadata = {"train/metadata.csv": rows, "test/metadata.csv": rows}
    assert placed(*paths, metadata=metadata) == {
        "train/1.jpg": ("cat", "train"),
        "test/1.jpg": ("cat", "test"),
        "test/2.jpg": (None, "test"),
    }


def test_metadata_of_something_else_is_left_alone() -> None:
    metadata = {"metadata.csv": b"id,author\n1,me\n", "metadata.jsonl": b'{"a": 1}\n'}
    assert placed("cats/1.jpg", metadata=metadata) == {"cats/1.jpg": ("cats", None)}


def test_numbers_are_labels() -> None:
    metadata = {"metadata.jsonl": b'{"file_name": "1.jpg", "label": 0}'}
    assert placed("1.jpg", metadata=metadata) == {"1.jpg": ("0", None)}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("metadata.csv", b"file_name,label\n\xff\xfe.jpg,x\n"),
        ("metadata.jsonl", b'{"file_name": "1.jpg", "label": "a"}\n{"file_name'),
        ("metadata.jsonl", b"[1, 2]"),
    ],
)
def test_damaged_metadata_is_named(name: str, content: bytes) -> None:
    with pytest.raises(SourceError, match=f"{name} cannot be read"):
        Metadata({name: content})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"file_name": "1.jpg", "label": }', "line 2 is no JSON, from character 33"),
        (b'{"file_name": "1.jpg", "label": ["a", "b"]}', "the label of 1.jpg is a list"),
        (b'{"file_name": "1.jpg", "label": {"a": 1}}', "the label of 1.jpg is an object"),
    ],
)
def test_which_line_cannot_be_read(line: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        Metadata({"metadata.jsonl": b'{"file_name": "0.jpg", "label": "a"}\n' + line})


def test_rows_that_agree_are_one() -> None:
    rows = Metadata({"metadata.csv": b"file_name,label\n1.jpg,cat\n1.jpg,cat\n./1.jpg,cat\n"})
    assert rows.get("1.jpg") == Placement("cat", None)
    assert rows.missing(3) == (0, [])


@pytest.mark.parametrize(
    "second",
    [
        {"metadata.csv": b"file_name,label\n1.jpg,cat\n2.jpg,cat\n1.jpg,dog\n"},
        {
            "metadata.csv": b"file_name,label\n1.jpg,cat\n2.jpg,cat\n",
            "metadata.jsonl": b'{"file_name": "1.jpg", "label": "dog"}',
        },
        {"metadata.csv": b"file_name,label,split\n1.jpg,cat,train\n2.jpg,cat,\n1.jpg,cat,test\n"},
    ],
)
def test_rows_that_contradict_each_other(second: dict[str, bytes]) -> None:
    rows = Metadata(second)
    with pytest.raises(ConflictingLabels, match=r"1\.jpg more than once"):
        rows.get("1.jpg")
    assert rows.get("2.jpg") == Placement("cat", None)


def test_missing_files_are_counted_and_the_first_are_named() -> None:
    lines = "".join(f"{number}.jpg,cat\n" for number in range(10))
    rows = Metadata({"set/metadata.csv": f"file_name,label\n{lines}1.jpg,cat\n".encode()})
    rows.get("set/0.jpg")
    rows.get("set/other.jpg")
    assert rows.missing(2) == (9, ["set/1.jpg", "set/2.jpg"])


def test_many_rows_take_a_few_bytes_each() -> None:
    content = b"file_name,label\n" + b"".join(b"%08d.jpg,cat\n" % n for n in range(20_000))
    tracemalloc.start()
    rows = Metadata({"metadata.csv": content})
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 20_000 * 20
    assert rows.get("00000000.jpg") == rows.get("00019999.jpg") == Placement("cat", None)
    assert rows.get("x.jpg") is None
