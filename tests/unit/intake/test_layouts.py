import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellapart.dataset.class_names import clean_class_name
from tellapart.errors import InvalidClassName
from tellapart.intake.layouts import Layout
from tellapart.intake.metadata import Placement
from tellapart.intake.paths import folder_of, skip_reason

Placed = dict[str, tuple[str | None, str | None]]


def infer_layout(paths: Iterable[str], metadata: dict[str, bytes] | None = None) -> Layout:
    return Layout((folder_of(path) for path in paths if skip_reason(path) is None), metadata)


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
    ("tops", "splits"),
    [
        (("training_set", "test_set"), ("train", "test")),
        (("training_set/training_set", "test_set/test_set"), ("train", "test")),
        (("Training", "Testing"), ("train", "test")),
        (("seg_train/seg_train", "seg_test/seg_test"), ("train", "test")),
        (("train", "holdout"), ("train", "test")),
        (("train", "camera 2"), ("train", None)),
        (("part one", "part two"), (None, None)),
    ],
)
@pytest.mark.parametrize("wrapping", ["", "archive/"])
def test_top_folders_that_hold_the_same_folders_are_splits(
    tops: tuple[str, str], splits: tuple[str | None, str | None], wrapping: str
) -> None:
    paths = [f"{wrapping}{top}/{name}/1.jpg" for top in tops for name in ("cat", "dog")]
    expected = [(name, split) for split in splits for name in ("cat", "dog")]
    assert list(placed(*paths).values()) == expected


def test_folders_that_mean_nothing_do_not_make_splits_of_classes() -> None:
    paths = [f"{top}/{year}/1.jpg" for top in ("cats", "dogs") for year in ("2021", "2022")]
    assert [label for label, _ in placed(*paths).values()] == ["cats", "cats", "dogs", "dogs"]
    paths = [f"{top}/{split}/1.jpg" for top in ("cats", "dogs") for split in ("train", "dev")]
    assert list(placed(*paths).values())[1] == ("cats", "validation")


def test_a_folder_beside_splits_is_no_class() -> None:
    paths = ["seg_train/a/1.jpg", "seg_train/b/1.jpg", "seg_test/a/1.jpg", "seg_pred/1.jpg"]
    assert placed(*paths)["seg_pred/1.jpg"] == (None, None)


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
def test_images_without_a_class(paths: list[str], labels: list[str | None]) -> None:
    assert [label for label, _ in placed(*paths).values()] == labels


def test_what_is_skipped_does_not_count_for_the_layout() -> None:
    paths = ["set/cats/1.jpg", "set/dogs/1.jpg", "__MACOSX/set/cats/._1.jpg", "LICENSE", "a/b.txt"]
    assert placed(*paths) == {"set/cats/1.jpg": ("cats", None), "set/dogs/1.jpg": ("dogs", None)}


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
