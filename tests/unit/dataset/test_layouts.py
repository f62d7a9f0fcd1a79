import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellapart.dataset.layouts import (
    Placement,
    clean_class_name,
    infer_layout,
    is_metadata,
    skip_reason,
)
from tellapart.errors import InvalidClassName, SourceError

Placed = dict[str, tuple[str | None, str | None]]


def placed(*paths: str, metadata: dict[str, bytes] | None = None) -> Placed:
    layout = infer_layout(paths, metadata)
    return {
        path: (layout.place(path).label, layout.place(path).split)
        for path in paths
        if skip_reason(path) is None
    }


def test_class_folders() -> None:
    assert placed("cats/1.jpg", "dogs/1.jpg") == {
        "cats/1.jpg": ("cats", None),
        "dogs/1.jpg": ("dogs", None),
    }


@pytest.mark.parametrize(
    ("folder", "split"),
    [
        ("train", "train"),
        ("Train", "train"),
        ("val", "validation"),
        ("valid", "validation"),
        ("VALIDATION", "validation"),
        ("test", "test"),
    ],
)
def test_split_folders(folder: str, split: str) -> None:
    assert placed(f"{folder}/cats/1.jpg", f"{folder}/dogs/1.jpg") == {
        f"{folder}/cats/1.jpg": ("cats", split),
        f"{folder}/dogs/1.jpg": ("dogs", split),
    }
    assert placed(f"cats/{folder}/1.jpg", "dogs/train/1.jpg")[f"cats/{folder}/1.jpg"] == (
        "cats",
        split,
    )


@pytest.mark.parametrize(
    "paths",
    [
        {"cats/1.jpg": ("cats", None), "dogs/1.jpg": ("dogs", None)},
        {"train/cats/1.jpg": ("cats", "train"), "test/cats/2.jpg": ("cats", "test")},
        {"train/cats/1.jpg": ("cats", "train"), "train/dogs/2.jpg": ("dogs", "train")},
        {"cats/train/1.jpg": ("cats", "train"), "dogs/test/1.jpg": ("dogs", "test")},
        {"train/train/cats/1.jpg": ("cats", "train"), "train/train/dogs/1.jpg": ("dogs", "train")},
        {"cats/2021/1.jpg": ("cats", None), "dogs/1.jpg": ("dogs", None)},
        {"train/1.jpg": ("train", None), "bus/1.jpg": ("bus", None)},
        {"train/cats/1.jpg": ("cats", "train"), "test/1.jpg": (None, "test")},
    ],
)
@pytest.mark.parametrize("wrapping", ["", "data/", "my data/set 1/", "a\\b\\"])
def test_wrapping_folders_change_nothing(paths: Placed, wrapping: str) -> None:
    wrapped = {wrapping + path: expected for path, expected in paths.items()}
    assert placed(*wrapped) == wrapped


@pytest.mark.parametrize(
    ("paths", "labels"),
    [
        (["cats/1.jpg", "cats/2.jpg"], ["cats", "cats"]),
        (["set/cats/1.jpg", "set/cats/2.jpg"], ["cats", "cats"]),
        (["cats/2021/1.jpg", "cats/2022/2.jpg"], ["2021", "2022"]),
        (["cats/1.jpg", "cats/2021/2.jpg"], ["cats", "cats"]),
        (["cats/train/1.jpg", "cats/test/2.jpg"], ["cats", "cats"]),
    ],
)
def test_a_single_top_folder(paths: list[str], labels: list[str]) -> None:
    assert [label for label, _ in placed(*paths).values()] == labels


@pytest.mark.parametrize(
    ("paths", "labels"),
    [
        (["1.jpg", "2.jpg"], [None, None]),
        (["cat.1.jpg", "cats/1.jpg"], [None, "cats"]),
        (["preview.png", "set/cats/1.jpg", "set/dogs/1.jpg"], [None, "cats", "dogs"]),
        (["set/preview.png", "set/cats/1.jpg", "set/dogs/1.jpg"], [None, "cats", "dogs"]),
        (["a/1.jpg", "a/in/cats/1.jpg", "a/in/dogs/1.jpg"], [None, "cats", "dogs"]),
        (["a/1.jpg", "a/train/cats/1.jpg", "a/test/cats/1.jpg"], [None, "cats", "cats"]),
        (["train/1.jpg", "test/2.jpg"], [None, None]),
    ],
)
def test_pictures_without_a_class(paths: list[str], labels: list[str | None]) -> None:
    assert [label for label, _ in placed(*paths).values()] == labels


def test_what_is_skipped_does_not_count_for_the_layout() -> None:
    paths = ["set/cats/1.jpg", "set/dogs/1.jpg", "__MACOSX/set/cats/._1.jpg", "LICENSE", "a/b.txt"]
    assert placed(*paths) == {"set/cats/1.jpg": ("cats", None), "set/dogs/1.jpg": ("dogs", None)}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("cats/1.jpg", None),
        ("cats/1.JPEG", None),
        ("cats\\1.WebP", None),
        ("__MACOSX/cats/1.jpg", "__MACOSX"),
        ("cats/._1.jpg", "hidden file"),
        (".git/1.jpg", "hidden file"),
        (".DS_Store", "hidden file"),
        ("cats/Thumbs.db", "system file"),
        ("cats/desktop.ini", "system file"),
        ("cats/1.txt", ".txt file"),
        ("cats/1.TIFF", ".tiff file"),
        ("more.zip", ".zip file"),
        ("LICENSE", "file without extension"),
    ],
)
def test_what_is_skipped(path: str, reason: str | None) -> None:
    assert skip_reason(path) == reason


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
        infer_layout(["1.jpg"], {name: content})


@pytest.mark.parametrize("name", ["big dogs", "🐈‍⬛", "Ünïcode", "猫", "a" * 120, "a, b & c's"])
def test_class_names_that_are_fine(name: str) -> None:
    layout = infer_layout([f"{name}/1.jpg", "x/1.jpg"])
    assert layout.place(f"{name}/1.jpg") == Placement(unicodedata.normalize("NFC", name), None)


def test_one_name_in_two_normal_forms_is_one_class() -> None:
    assert clean_class_name(" cafe\u0301 ", max_length=9) == "caf\u00e9"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (" ", "empty"),
        ("a" * 300, "300 characters; at most 120"),
        ("a\x07b", "cannot be shown"),
        ("a\nb", "cannot be shown"),
        ("a\udc80b", "cannot be shown"),
    ],
)
def test_class_names_that_are_refused(name: str, message: str) -> None:
    layout = infer_layout([f"{name}/1.jpg", "x/1.jpg"])
    with pytest.raises(InvalidClassName, match=message) as caught:
        layout.place(f"{name}/1.jpg")
    str(caught.value).encode()
    assert layout.place("x/1.jpg").label == "x"


NAMES = st.text(st.characters(exclude_characters="/"), min_size=1, max_size=8)
FOLDER = st.one_of(st.sampled_from(["train", "test", "Val", "cats", "dogs", "..", "."]), NAMES)
PATH = st.lists(FOLDER, max_size=4).map(lambda folders: "/".join([*folders, "a.jpg"]))


@given(st.lists(PATH, max_size=8))
def test_any_paths_are_placed_or_refused(paths: list[str]) -> None:
    layout = infer_layout(paths)
    again = infer_layout(reversed(paths))
    for path in paths:
        try:
            placement = layout.place(path)
        except InvalidClassName:
            continue
        assert again.place(path) == placement
        assert placement.label is None or placement.label in unicodedata.normalize("NFC", path)
