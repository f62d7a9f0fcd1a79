import pytest

from tellapart.intake.paths import folder_of, normalize_path, skip_reason, split_of


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
        ("cats/$RECYCLE.BIN/1.jpg", "in a folder of the system"),
        ("cats/@eaDir/1.jpg/thumb.jpg", "in a folder of the system"),
        ("System Volume Information/1.jpg", "in a folder of the system"),
        (".ipynb_checkpoints/1.jpg", "hidden file"),
        ("cats/1.txt", ".txt file"),
        ("cats/1.PSD", ".psd file"),
        ("more.zip", ".zip file"),
        ("LICENSE", "file without extension"),
    ],
)
def test_what_is_skipped(path: str, reason: str | None) -> None:
    assert skip_reason(path) == reason


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.jpg", "a/b.jpg"),
        ("a\\b.jpg", "a/b.jpg"),
        ("./a//b.jpg", "a/b.jpg"),
        ("/a/./b/", "a/b"),
        (".a/b.jpg", ".a/b.jpg"),
        ("a/.b/..c.jpg", "a/.b/..c.jpg"),
        ("", ""),
        ("/", ""),
        (".", ""),
    ],
)
def test_normalize_path(path: str, expected: str) -> None:
    assert normalize_path(path) == expected


def test_folder_of() -> None:
    assert [folder_of(path) for path in ("a.jpg", "./a.jpg", "b\\c\\a.jpg")] == ["", "", "b/c"]


@pytest.mark.parametrize(
    ("split", "names"),
    [
        ("train", ["train", "Training", "training_set", "trainset", "seg_train", "train-images"]),
        ("validation", [" VAL ", "valid", "dev", "eval", "Development", "val2017"]),
        ("test", ["Test", "Testing", "test_set", "seg_test", "holdout", "hold-out", "data_test"]),
        (None, ["cats", "trainer", "contest", "set", "data", "2021", "", "seg_pred"]),
    ],
)
def test_split_of(split: str | None, names: list[str]) -> None:
    assert {split_of(name) for name in names} == {split}
