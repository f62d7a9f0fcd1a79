from pathlib import Path

import pytest

from tellapart.errors import NoClassesFound
from tellapart.intake.preview import preview_folders
from tellapart.intake.sources import open_source
from tellapart.settings import Settings
from tests.support.images.builders import make_folder, make_zip

SETTINGS = Settings()
ONE_CLASS = "one class for a picture"


def notes(path: Path, *names: str, unlabeled: bool = False) -> list[str]:
    """What is said of a ZIP with files of these names."""
    archive = make_zip(path / "a.zip", dict.fromkeys(names, b"content"))
    with open_source(archive, SETTINGS, unlabeled=unlabeled) as source:
        list(source.items())
        return source.notes


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("images/train/1.jpg", "labels/train/1.txt", "data.yaml"), "YOLO): files such as 'labels"),
        (("train/images/1.jpg", "train/labels/1.txt", "val/images/2.jpg"), "YOLO"),
        (("set/images/1.jpg", "set/Labels/1.txt", "set/masks/1.png"), "YOLO"),
        (("VOC2012/JPEGImages/1.jpg", "VOC2012/Annotations/1.xml"), "Pascal VOC"),
        (("JPEGImages/1.jpg", "Annotations/1.xml", "SegmentationClass/1.png"), "Pascal VOC"),
        (("images/1.jpg", "images/1.xml"), "Pascal VOC"),
        (("images/1.jpg", "annotations/xmls/1.xml"), "Pascal VOC"),
        (("images/val2017/1.jpg", "annotations/instances_val2017.json"), "COCO"),
        (("images/1.jpg", "annotations/val.json"), "COCO"),
        (("images/1.jpg", "images/_annotations.coco.json"), "COCO"),
    ],
)
def test_object_detection_is_named(tmp_path: Path, names: tuple[str, ...], kind: str) -> None:
    said = notes(tmp_path, *names)[-1]
    assert f"object detection ({kind}" in said
    assert ONE_CLASS in said
    assert "metadata.csv" in said
    assert notes(tmp_path, *names, unlabeled=True) == []


@pytest.mark.parametrize(
    "names",
    [
        ("cats/1.jpg", "cats/1.txt", "dogs/2.jpg", "notes/readme.txt", "labels.txt"),
        ("cats/1.jpg", "dogs/2.jpg", "labels/1.txt", "scan.xml"),
        ("cats/1.jpg", "images/2.jpg"),
    ],
)
def test_classes_in_folders_are_left_alone(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert notes(tmp_path, *names) == []


def test_annotations_beside_real_classes(tmp_path: Path) -> None:
    (said,) = notes(tmp_path, "cats/1.jpg", "dogs/2.jpg", "annotations/made-by.json")
    assert said.startswith("Not read: 'annotations/made-by.json'")


def test_a_label_file_says_the_classes(tmp_path: Path) -> None:
    files = {
        "images/1.jpg": b"content", "labels/1.txt": b"0 0.5 0.5 1 1",
        "metadata.csv": b"file_name,label\nimages/1.jpg,cat\n",
    }  # fmt: skip
    with open_source(make_folder(tmp_path, files), SETTINGS) as source:
        assert [item.label for item in source.items()] == ["cat"]
        assert source.notes == []


def test_without_any_class_the_refusal_names_it(tmp_path: Path) -> None:
    with pytest.raises(NoClassesFound, match=rf"\(COCO\).*{ONE_CLASS}.*--unlabeled"):
        notes(tmp_path, "train2017/1.jpg", "annotations/instances_train2017.json")


def test_a_class_that_is_called_like_a_folder(tmp_path: Path) -> None:
    (said,) = notes(tmp_path, "pets/JPEGImages/1.jpg")
    assert said.startswith("The only class is 'JPEGImages'")
    assert ONE_CLASS in said
    preview = preview_folders({"pets/JPEGImages": 1}, max_class_name_length=120)
    assert preview.warning == said
    assert preview_folders({"cats": 1, "images": 1}, max_class_name_length=120).warning is None
