from pathlib import Path

import pytest

from tellapart.errors import InvalidImage, UnsafeArchive
from tellapart.intake.sources.hubs.snapshot import open_snapshot
from tellapart.settings import Settings
from tests.support.images.builders import class_files, jpeg_bytes, make_folder, make_zip

SETTINGS = Settings()


def test_archives_are_like_folders_of_their_names(tmp_path: Path) -> None:
    make_folder(tmp_path, {"train/cats/1.jpg": jpeg_bytes(), "notes.txt": b"x"})
    files = {**class_files({"cats": 1}), "dogs/big.jpg": bytes(9_999), "dogs/notes.txt": b"x"}
    make_zip(tmp_path / "test.zip", files)
    settings = Settings(max_image_bytes=5_000)
    with open_snapshot("set", tmp_path, settings, unlabeled=False) as source:
        items = list(source.items())
        assert [(item.name, item.label, item.split) for item in items] == [
            ("test/cats/0000.jpg", "cats", "test"),
            ("train/cats/1.jpg", "cats", "train"),
        ]
        assert [file.name for file in source.refused] == ["test/dogs/big.jpg"]
        assert source.skipped == {".txt file": 2}
        assert items[0].read() == files["cats/0000.jpg"]
    with pytest.raises(InvalidImage):
        items[0].read()


def test_an_archive_with_labels_for_its_own_files(tmp_path: Path) -> None:
    rows = b"file_name,label\na.jpg,cat\n"
    for name in ("train.zip", "test.zip"):
        make_zip(tmp_path / name, {"a.jpg": jpeg_bytes(), "metadata.csv": rows})
    with open_snapshot("set", tmp_path, SETTINGS, unlabeled=False) as source:
        assert [(item.label, item.split) for item in source.items()] == [
            ("cat", "test"),
            ("cat", "train"),
        ]


def test_a_damaged_archive(tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", class_files({"cats": 1}))
    (tmp_path / "b.zip").write_bytes(b"PK\3\4")
    with pytest.raises(UnsafeArchive, match=r"b\.zip is not a ZIP archive"):
        open_snapshot("set", tmp_path, SETTINGS, unlabeled=False)


@pytest.mark.parametrize("allowed", [True, False])
def test_links_to_a_cache(tmp_path: Path, allowed: bool) -> None:
    make_folder(tmp_path, {"blobs/1": jpeg_bytes(), "snapshots/a/cats/1.jpg": jpeg_bytes()})
    (tmp_path / "snapshots/a/cats/2.jpg").symlink_to("../../../blobs/1")
    inside = tmp_path if allowed else None
    folder = tmp_path / "snapshots" / "a"
    with open_snapshot("set", folder, SETTINGS, unlabeled=False, inside=inside) as source:
        assert len(list(source.items())) == source.total == (2 if allowed else 1)
