import errno
import os
import shutil
import tracemalloc
from pathlib import Path

import pytest

from tellapart.errors import ImageTooLarge, InvalidImage, NoClassesFound, SourceError
from tellapart.intake.sources import SourceItem, open_source
from tellapart.settings import Settings
from tests.support.images.builders import class_files, jpeg_bytes, make_folder, make_image_folder

SETTINGS = Settings()


def items(path: Path, settings: Settings = SETTINGS) -> dict[str, SourceItem]:
    with open_source(path, settings) as source:
        return {item.name: item for item in source.items()}


def test_images_with_their_classes(tmp_path: Path) -> None:
    files = class_files({"cats": 2, "big dogs": 1})
    make_folder(tmp_path, files)
    with open_source(str(tmp_path), SETTINGS) as source:
        found = list(source.items())
        assert source.name == str(tmp_path)
        assert source.total == 3
        assert not source.skipped
        assert not source.refused
    assert [item.name for item in found] == ["big dogs/0000.jpg", "cats/0000.jpg", "cats/0001.jpg"]
    assert [item.label for item in found] == ["big dogs", "cats", "cats"]
    for item in found:
        assert item.read() == files[item.name]
        assert item.size_bytes == len(files[item.name])
        assert item.split is None


def test_splits_are_given(tmp_path: Path) -> None:
    make_image_folder(tmp_path, {"train/cats": 1, "val/cats": 1, "test/cats": 1})
    assert [item.split for item in items(tmp_path).values()] == ["test", "train", "validation"]


def test_the_rest_is_skipped_and_counted(tmp_path: Path) -> None:
    make_image_folder(tmp_path, {"cats": 1})
    make_folder(
        tmp_path,
        {
            "cats/notes.txt": b"",
            "cats/other.txt": b"",
            "cats/.hidden.jpg": b"",
            "cats/Thumbs.db": b"",
            "__MACOSX/cats/1.jpg": b"",
        },
    )
    with open_source(tmp_path, SETTINGS) as source:
        assert source.total == 1
        assert source.skipped == {
            ".txt file": 2,
            "hidden file": 1,
            "system file": 1,
            "__MACOSX": 1,
        }


def test_metadata(tmp_path: Path) -> None:
    make_folder(
        tmp_path,
        {
            "a.jpg": jpeg_bytes(),
            "b.jpg": jpeg_bytes(),
            "metadata.csv": b"file_name,label,split\na.jpg,cat,test\ngone.jpg,dog,\n",
        },
    )
    with open_source(tmp_path, SETTINGS) as source:
        assert [(i.name, i.label, i.split) for i in source.items()] == [
            ("a.jpg", "cat", "test"),
            ("b.jpg", None, None),
        ]
        assert source.skipped == {"listed in metadata, but missing (gone.jpg)": 1}


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    secret = make_image_folder(tmp_path / "secret", {"x": 1})
    folder = make_image_folder(tmp_path / "set", {"cats": 1})
    (folder / "cats" / "out.jpg").symlink_to(secret / "x" / "0000.jpg")
    (folder / "cats" / "broken.jpg").symlink_to(tmp_path / "nothing")
    (folder / "cats" / "loop.jpg").symlink_to(folder / "cats" / "loop.jpg")
    (folder / "dogs").symlink_to(secret / "x", target_is_directory=True)
    (folder / "cats" / "inside.jpg").symlink_to(folder / "cats" / "0000.jpg")
    with open_source(folder, SETTINGS) as source:
        assert [item.name for item in source.items()] == ["cats/0000.jpg", "cats/inside.jpg"]
        assert source.skipped == {"symlink": 4}


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    folder = make_image_folder(tmp_path / "set", {"cats": 1})
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    assert list(items(tmp_path / "link")) == ["cats/0000.jpg"]


def test_special_files_are_skipped(tmp_path: Path) -> None:
    make_image_folder(tmp_path, {"cats": 1})
    os.mkfifo(tmp_path / "cats" / "pipe.jpg")
    with open_source(tmp_path, SETTINGS) as source:
        assert source.total == 1
        assert source.skipped == {"special file": 1}


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + "/caf\u00e9".encode("latin-1")
    os.mkdir(folder)  # noqa: PTH102 - Path has no names in bytes
    Path(os.fsdecode(folder + b"/\xfc.jpg")).write_bytes(b"bytes")
    found = items(tmp_path)
    assert list(found) == ["caf\u00e9/\u00fc.jpg"]
    assert found["caf\u00e9/\u00fc.jpg"].label == "caf\u00e9"
    assert found["caf\u00e9/\u00fc.jpg"].read() == b"bytes"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("caf\u00e9".encode("cp1252"), "caf\u00e9"),
        ("\u732b".encode("cp932"), "\u201dL"),  # nothing says that it is Shift-JIS
        (b"\x81\x8d", "\u00fc\u00ec"),  # has no meaning in cp1252
    ],
)
def test_names_of_other_systems_come_in_and_can_be_shown(
    tmp_path: Path, raw: bytes, name: str
) -> None:
    folder = os.fsencode(tmp_path) + b"/" + raw
    os.mkdir(folder)  # noqa: PTH102 - Path has no names in bytes
    Path(os.fsdecode(folder + b"/1.jpg")).write_bytes(b"bytes")
    make_image_folder(tmp_path, {"dogs": 1})
    found = items(tmp_path)
    assert found[f"{name}/1.jpg"].label == name
    assert found[f"{name}/1.jpg"].read() == b"bytes"


def test_a_folder_that_changes_while_it_is_read(tmp_path: Path) -> None:
    make_image_folder(tmp_path, {"a": 3, "b": 2, "c": 1})
    with open_source(tmp_path, SETTINGS) as source:
        found = source.items()
        assert next(found).name == "a/0000.jpg"
        (tmp_path / "a" / "0002.jpg").unlink()
        shutil.rmtree(tmp_path / "b")
        make_image_folder(tmp_path, {"c": 2})
        assert [item.name for item in found] == ["a/0001.jpg", "c/0000.jpg", "c/0001.jpg"]
        assert [file.name for file in source.refused] == ["a/0002.jpg", "b/"]
        assert "it was removed while the folder was being read" in source.refused[0].reason


def test_a_folder_in_it_that_may_not_be_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = {"cats": 1, "dogs": 1, "owls": 1, "lost+found/dogs": 1, ".dogs": 1}
    make_image_folder(tmp_path / "all", folders)
    make_image_folder(tmp_path / "one", {"dogs": 1})
    scandir = os.scandir

    def refusing(path: str | Path) -> object:  # the superuser may list them all
        if "dogs" in str(path):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with open_source(tmp_path / "all", SETTINGS) as source:
        assert [item.name for item in source.items()] == ["cats/0000.jpg", "owls/0000.jpg"]
        (refused,) = source.refused
        assert (refused.name, refused.code, refused.read) == ("dogs/", "unreadable", None)
        assert "Permission denied" in refused.reason
        assert "chmod" in refused.reason
        assert source.skipped == {"in a folder of the system": 1, "hidden file": 1}
    with pytest.raises(SourceError, match=r"1 x .*cannot be listed: Permission denied.*chmod"):
        open_source(tmp_path / "one", SETTINGS)


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    folder = make_image_folder(tmp_path / "set", {"cats": 1})
    with open_source(folder, SETTINGS) as source:
        shutil.rmtree(folder)
        with pytest.raises(SourceError, match="cannot be listed: No such file"):
            list(source.items())


def test_memory_does_not_grow_with_the_folder(tmp_path: Path) -> None:
    image = Path(shutil.copy2(__file__, tmp_path.with_suffix(".jpg")))
    for number in range(20):
        folder = tmp_path / f"class {number}"
        folder.mkdir()
        for index in range(250):
            os.link(image, folder / f"{index:05d}.jpg")
    with open_source(tmp_path, SETTINGS) as source:  # what is imported when it is needed
        next(iter(source.items()))
    tracemalloc.start()
    with open_source(tmp_path, SETTINGS) as source:
        assert sum(1 for _ in source.items()) == source.total == 5_000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000 * 60


def test_contradicting_rows_of_metadata(tmp_path: Path) -> None:
    rows = b"file_name,label\na.jpg,cat\na.jpg,dog\nb.jpg,cat\n"
    make_folder(tmp_path, {"a.jpg": jpeg_bytes(), "b.jpg": jpeg_bytes(), "metadata.csv": rows})
    with open_source(tmp_path, SETTINGS) as source:
        assert [(item.name, item.label) for item in source.items()] == [("b.jpg", "cat")]
        (refused,) = source.refused
        assert (refused.name, refused.code) == ("a.jpg", "conflicting_labels")
        assert refused.read is not None


def test_metadata_that_names_only_missing_files(tmp_path: Path) -> None:
    rows = b"file_name,label\n" + b"".join(b"%d.png,cat\n" % number for number in range(5))
    make_folder(tmp_path, {"a.jpg": jpeg_bytes(), "metadata.csv": rows})
    with pytest.raises(NoClassesFound):
        open_source(tmp_path, SETTINGS)
    make_folder(tmp_path, {"0.png": jpeg_bytes()})
    with open_source(tmp_path, SETTINGS) as source:
        assert len(list(source.items())) == 2
        assert source.skipped == {
            "listed in metadata, but missing (1.png, 2.png, 3.png, …)": 4,
        }


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    make_image_folder(tmp_path, {"cats": 2})
    found = items(tmp_path)
    (tmp_path / "cats" / "0001.jpg").unlink()
    found["cats/0000.jpg"].read()
    with pytest.raises(InvalidImage, match=r"cats/0001\.jpg cannot be read: it was removed"):
        found["cats/0001.jpg"].read()


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    make_image_folder(tmp_path, {"cats": 1})
    found = items(tmp_path)
    (tmp_path / "cats" / "0000.jpg").unlink()
    (tmp_path / "cats" / "0000.jpg").mkdir()
    with pytest.raises(InvalidImage, match="cannot be read: Is a directory"):
        found["cats/0000.jpg"].read()


def test_files_with_too_many_bytes(tmp_path: Path) -> None:
    settings = Settings(max_image_bytes=10_000)
    make_folder(tmp_path, {"cats/big.jpg": bytes(10_001), "cats/grows.jpg": bytes(10_000)})
    with open_source(tmp_path, settings) as source:
        (item,) = source.items()
        assert item.read() == bytes(10_000)
        (refused,) = source.refused
        assert (refused.name, refused.code) == ("cats/big.jpg", "image_too_large")
        assert refused.read is None
    (tmp_path / "cats" / "grows.jpg").write_bytes(bytes(20_000))
    with pytest.raises(ImageTooLarge, match="10,000 bytes"):
        item.read()


def test_class_names_that_cannot_be_used(tmp_path: Path) -> None:
    make_image_folder(tmp_path, {"a" * 200: 2, "🐈 cats": 1, "tab\tbed": 1})
    with open_source(tmp_path, SETTINGS) as source:
        assert [item.label for item in source.items()] == ["🐈 cats"]
        assert [file.code for file in source.refused] == ["invalid_class_name"] * 3
        assert "200 characters" in source.refused[0].reason
        assert source.refused[0].read is not None
        assert source.refused[0].read()[:2] == b"\xff\xd8"


def test_one_class_and_a_class_of_one_image_are_taken(tmp_path: Path) -> None:
    make_image_folder(tmp_path, {"cats": 1})
    assert [item.label for item in items(tmp_path).values()] == ["cats"]


def test_no_classes(tmp_path: Path) -> None:
    make_folder(tmp_path, {"cat.1.jpg": jpeg_bytes(), "dog.1.jpg": jpeg_bytes()})
    with pytest.raises(NoClassesFound, match=r"2 pictures .*cats/1\.jpg, dogs/1\.jpg"):
        open_source(tmp_path, SETTINGS)
    with open_source(tmp_path, SETTINGS, unlabeled=True) as source:
        assert [(item.label, item.split) for item in source.items()] == [(None, None)] * 2


def test_unlabeled_leaves_out_what_folders_say(tmp_path: Path) -> None:
    make_image_folder(tmp_path, {"train/cats": 1, "test/" + "a" * 200: 1})
    make_folder(tmp_path, {"metadata.csv": b"\xff"})
    with open_source(tmp_path, SETTINGS, unlabeled=True) as source:
        assert [(item.label, item.split) for item in source.items()] == [(None, None)] * 2


def test_no_images(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no pictures in .*found: nothing"):
        open_source(tmp_path, SETTINGS)
    make_folder(tmp_path, {"a.txt": b"", "b.txt": b""})
    with pytest.raises(SourceError, match=r"found: 2 x \.txt file"):
        open_source(tmp_path, SETTINGS)


def test_damaged_metadata(tmp_path: Path) -> None:
    make_folder(tmp_path, {"a.jpg": jpeg_bytes(), "metadata.jsonl": b"{"})
    with pytest.raises(SourceError, match=r"metadata\.jsonl cannot be read"):
        open_source(tmp_path, SETTINGS)


def test_a_workspace_is_no_data_set(tmp_path: Path) -> None:
    files = {"cats/1.jpg": jpeg_bytes(), "workspace/blobs/ab/x": jpeg_bytes(seed=1)}
    make_folder(tmp_path, {**files, "workspace/tellapart.db": b"x"})
    with open_source(tmp_path, SETTINGS) as source:
        assert [item.name for item in source.items()] == ["cats/1.jpg"]
        assert source.skipped["workspace of Tellapart"] == 1
    with pytest.raises(SourceError, match="is a workspace of Tellapart"):
        open_source(tmp_path / "workspace", SETTINGS)
