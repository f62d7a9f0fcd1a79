"""Names of files and folders in a source: what is an image, what is left out, what is a split."""

import re
from functools import lru_cache

from tellapart.store.tables import Split

IMAGE_EXTENSIONS = frozenset(
    (
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".gif",
        ".bmp",
        ".dib",
        ".tif",
        ".tiff",
        ".ppm",
        ".pgm",
        ".pbm",
        ".pnm",
    )
)
_SPLIT_NAMES: dict[str, Split] = {
    **dict.fromkeys(("train", "training", "trn"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "development", "eval", "evaluation"),
                    "validation"),
    **dict.fromkeys(("test", "testing", "tst", "holdout", "heldout"), "test"),
}  # fmt: skip
# What people write beside the name of a split: seg_train, training_set, test-images, val2017.
_BESIDE_SPLIT = frozenset(
    ("set", "sets", "split", "data", "dataset", "image", "images", "img", "imgs", "seg")
)
_SPLIT_ENDING = re.compile(r"(?:set|split|data)?\d*$")
_SYSTEM_FILES = ("thumbs.db", "desktop.ini")
_HIDDEN, _SYSTEM = "hidden file", "system file"
_WITHOUT, _OTHER = "file without extension", " file"
# Written by systems and devices into the folders of people, with copies of their images.
_SYSTEM_FOLDERS = frozenset(
    ("$recycle.bin", "recycler", "#recycle", "@recycle", "@eadir", "@recently-snapshot",
     "system volume information", "lost+found", "__pycache__")
)  # fmt: skip


def normalize_path(path: str) -> str:
    """A path with `/` between its parts, and none before them."""
    if not (
        "\\" in path
        or "/." in path
        or "//" in path
        or path[:1] in ("", "/", ".")
        or path[-1] == "/"
    ):
        return path
    parts = path.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def folder_of(path: str) -> str:
    """The folder of a file, normalized; empty for a file at the top."""
    return normalize_path(path).rpartition("/")[0]


def skip_reason(path: str) -> str | None:
    """Why a file is no image of the data set, in words that can be counted; None if it is one."""
    folder, _, name = normalize_path(path).rpartition("/")
    if (reason := _folder_reason(folder)) is not None:
        return reason
    if name.startswith("."):
        return _HIDDEN
    name = name.lower()
    if name in _SYSTEM_FILES:
        return _SYSTEM
    extension = "." + name.rpartition(".")[2].strip() if "." in name else ""
    if extension in IMAGE_EXTENSIONS:
        return None
    return f"{extension}{_OTHER}" if extension else _WITHOUT


def may_be_image(reason: str) -> bool:
    """Whether a file that is skipped for this reason is an image if its content says so."""
    return reason == _WITHOUT or (reason.startswith(".") and reason.endswith(_OTHER))


@lru_cache(maxsize=1024)
def _folder_reason(folder: str) -> str | None:
    parts = folder.split("/")
    if "__MACOSX" in parts:
        return "__MACOSX"
    if any(part.lower() in _SYSTEM_FOLDERS for part in parts):
        return "in a folder of the system"
    return _HIDDEN if any(part.startswith(".") for part in parts) else None


@lru_cache(maxsize=1024)
def split_of(name: str) -> Split | None:
    """The split that a folder name or a metadata value stands for, if any."""
    words = [word for word in re.split(r"[\W_]+", name.strip().lower()) if word]
    words = [word for word in words if word not in _BESIDE_SPLIT] if len(words) > 1 else words
    word = "".join(words)
    return _SPLIT_NAMES.get(word) or _SPLIT_NAMES.get(_SPLIT_ENDING.sub("", word))
