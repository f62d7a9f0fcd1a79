"""Data sets that say what is where in an image: YOLO, COCO and Pascal VOC, which are not read.

They are told by the names of their files and folders. Nothing of them is opened.
"""

import re
from collections.abc import Iterable

from tellapart.intake.paths import folder_of, normalize_path

# Folders that hold images, whatever is in the images.
_PLACES = frozenset(
    ("image", "images", "img", "imgs", "jpegimages", "photos", "pictures", "obj_train_data")
)
_COCO = re.compile(r"(?:^|/)(?:(?:instances|captions|person_keypoints)_[^/]*|[^/]*\.coco)\.json$")
_PERHAPS_COCO = re.compile(r"(?:^|/)annotations/[^/]+\.json$")
_LABELS = re.compile(r"(^|/)labels(?=/|$)")
_ANNOTATIONS = re.compile(r"(^|/)annotations(/.*)?$")
_WHAT_TO_DO = (
    "Tellapart takes one class for a picture. Put the pictures, or the objects cut out of them, "
    "into a folder for each class (cats/1.jpg, dogs/1.jpg), or add a metadata.csv with the columns "
    "file_name and label; then import that, best into a new workspace."
)


class Annotations:
    """Takes note of the files of a source that are no images. Of each folder it keeps one name."""

    def __init__(self) -> None:
        self._beside: dict[tuple[str, str], str] = {}
        self._coco = self._perhaps_coco = ""

    def add(self, path: str) -> None:
        """Take note of a file."""
        name = normalize_path(path)
        suffix = name[-4:].lower()
        if suffix in (".txt", ".xml"):
            self._beside.setdefault((suffix, folder_of(name).lower()), name)
        elif suffix == "json":
            if _COCO.search(name.lower()):
                self._coco = self._coco or name
            elif _PERHAPS_COCO.search(name.lower()):
                self._perhaps_coco = self._perhaps_coco or name

    def note(self, image_folders: Iterable[str], labels: Iterable[str | None]) -> str | None:
        """What to tell people, if this is such a data set, or looks like one.

        Args:
            image_folders: those that hold images, by their normalized paths.
            labels: the classes that these folders stand for.
        """
        places = _places(labels)
        found = self._format({folder.lower() for folder in image_folders})
        if found is None and places is not None and self._perhaps_coco:
            found = "COCO", self._perhaps_coco
        if found is None:
            return _no_class(places) if places else None
        name, example = found
        return (
            f"This seems to be a data set of object detection ({name}): files such as "
            f"{example[:200]!r} say what is where in a picture. They are not read; classes come "
            f"from the names of folders. {_WHAT_TO_DO}"
        )

    def _format(self, folders: set[str]) -> tuple[str, str] | None:
        for (suffix, folder), example in self._beside.items():
            if suffix == ".txt" and _beside(folder, _LABELS, "images") & folders:
                return "YOLO", example
            places = {folder} | _beside(folder, _ANNOTATIONS, "images", "jpegimages")
            if suffix == ".xml" and places & folders:
                return "Pascal VOC", example
        return ("COCO", self._coco) if self._coco else None


def note_of_places(labels: Iterable[str | None]) -> str | None:
    """What to tell people where all classes are called like a folder of images."""
    places = _places(labels)
    return _no_class(places) if places else None


def _places(labels: Iterable[str | None]) -> list[str] | None:
    """The classes that are called like a folder of images; None if another is among them."""
    places: dict[str, None] = {}
    for label in labels:
        if label is not None:
            if label.lower() not in _PLACES:
                return None
            places[label] = None
    return list(places)


def _no_class(places: Iterable[str]) -> str:
    shown = ", ".join(map(repr, places))
    return f"The only class is {shown}, which seems to be a folder and no class. {_WHAT_TO_DO}"


def _beside(folder: str, part: re.Pattern[str], *names: str) -> set[str]:
    """The folders that stand beside one, for one part of its path."""
    if not part.search(folder):
        return set()
    return {part.sub(rf"\g<1>{name}", folder) for name in names}
