"""Names of files and folders in a source: what is an image, what is left out, what is a split."""

from functools import lru_cache

from tellapart.store.tables import Split

IMAGE_EXTENSIONS = frozenset(
    (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib")
)
_SPLIT_NAMES: dict[str, Split] = {
    "train": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
}
_SYSTEM_FILES = ("thumbs.db", "desktop.ini")


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
        return "hidden file"
    name = name.lower()
    if name in _SYSTEM_FILES:
        return "system file"
    extension = "." + name.rpartition(".")[2] if "." in name else ""
    if extension in IMAGE_EXTENSIONS:
        return None
    return f"{extension} file" if extension else "file without extension"


@lru_cache(maxsize=1024)
def _folder_reason(folder: str) -> str | None:
    parts = folder.split("/")
    if "__MACOSX" in parts:
        return "__MACOSX"
    return "hidden file" if any(part.startswith(".") for part in parts) else None


def split_of(name: str) -> Split | None:
    """The split that a folder name or a metadata value stands for, if any."""
    return _SPLIT_NAMES.get(name.strip().lower())
