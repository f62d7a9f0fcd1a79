"""What a path says: which class an image belongs to, and which split.

Understood are `class/img`, `split/class/img`, `class/split/img`, any of these under wrapping
folders, and `metadata.csv` or `metadata.jsonl` with `file_name`, `label` and optionally `split`.
Where folders can be read in two ways:

- A folder that all images share is wrapping when folders with images are in it; a folder that
  alone holds all images is a class. So is one with images and a single folder of images in
  it (`cats/a.jpg`, `cats/2021/b.jpg`), and one whose folders are splits that hold the images.
- Where all top folders hold the same sub-folders (two or more, not named like splits), the top
  folders are splits, whatever they are called: those whose names say nothing leave the split open.
- A folder named like a split is one when all its images are in folders of its own, or when all
  its neighbours are named like splits too; otherwise it is a class ("train" beside "bus").
- The first folder that is neither wrapping nor a split is the class; deeper ones mean nothing:
  `cats/2021/a.jpg` is a cat.
- A folder beside several split folders (seg_pred beside seg_train and seg_test) is no class.
- An image in no such folder has no class; its own name is never taken for one.
- Below a metadata file with labels, an image that it does not list has no class.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from tellapart.dataset.class_names import clean_class_name
from tellapart.intake.metadata import Metadata, Placement
from tellapart.intake.paths import folder_of, normalize_path, split_of
from tellapart.store.tables import Split

_Folders = tuple[str, ...]


class Layout:
    """How the paths of one source are to be read. `metadata` is what its label files say."""

    def __init__(
        self,
        folders: Iterable[str],
        metadata: Mapping[str, bytes] | None = None,
        *,
        max_class_name_length: int = 120,
    ) -> None:
        """Find it out; `alike` are top folders that are splits because they hold the same ones.

        Args:
            folders: those that hold images, by their normalized paths.
            metadata: the content of each metadata file, by its path (see `is_metadata`).
            max_class_name_length: in characters.

        Raises:
            SourceError: a metadata file cannot be read.
        """
        paths = {tuple(folder.split("/")) if folder else () for folder in folders}
        self.metadata = Metadata(metadata or {})
        self._depth = _wrapping_depth(paths)
        inside = {names[self._depth :] for names in paths}
        self.alike = _alike_folders(inside)
        self._splits = _split_folders(inside) | self.alike
        several = len(set(map(split_of, self._splits))) > 1
        self._beside = {names[0] for names in inside if names} - self._splits if several else set()
        self._max_length = max_class_name_length
        # Files come folder by folder.
        self._place_folder = lru_cache(maxsize=256)(self._place_by_folder)

    def place(self, path: str, given: Placement | None = None) -> Placement:
        """The class and the split of an image; `given` is what its source knows without a path.

        Raises:
            InvalidClassName: the class name is empty, too long or cannot be shown.
            ConflictingLabels: two rows of the metadata disagree.
        """
        if given is not None:
            return Placement(self._class_name(given.label), given.split)
        path = normalize_path(path)
        listed = self.metadata.get(path)
        if listed is None:
            label, split = self._place_folder(folder_of(path))
            return Placement(self._class_name(label), split)
        split = listed.split or self._place_folder(folder_of(path))[1]
        return Placement(self._class_name(listed.label), split)

    def labels(self, folders: Iterable[str]) -> Iterator[str | None]:
        """The classes of the images in folders, as far as folders say them."""
        for folder in folders:
            yield self._place_folder(folder)[0]

    def _place_by_folder(self, folder: str) -> tuple[str | None, Split | None]:
        label, split = self._read_folder(folder.split("/")[self._depth :] if folder else [])
        if any(map(self.metadata.folders.__contains__, _with_parents(folder))):
            return None, split
        return label, split

    def _read_folder(self, names: list[str]) -> tuple[str | None, Split | None]:
        if not names:
            return None, None
        if names[0] in self._splits:
            # Archives often repeat it: train/train/cats.
            label = next((name for name in names[1:] if split_of(name) is None), None)
            return label, split_of(names[0])
        if names[0] in self._beside:
            return None, None
        return names[0], split_of(names[1]) if len(names) > 1 else None

    def _class_name(self, label: str | None) -> str | None:
        return None if label is None else clean_class_name(label, max_length=self._max_length)


def _with_parents(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def _wrapping_depth(folders: set[_Folders]) -> int:
    depth = 0
    while True:
        # Images beside a wrapping folder have no class in any case.
        inside = {names for names in folders if names}
        if len({names[0] for names in inside}) != 1 or not _wraps(inside):
            return depth
        folders = {names[1:] for names in inside}
        depth += 1


def _wraps(folders: set[_Folders]) -> bool:
    """Whether the first folder, which all have in common, only wraps the others."""
    if split_of(next(iter(folders))[0]) is not None:
        return False
    if any(len(names) > 2 for names in folders):
        return True
    children = [names[1] for names in folders if len(names) == 2]
    holds_images = len(children) < len(folders)
    return len(children) > holds_images and not all(map(split_of, children))


def _split_folders(folders: set[_Folders]) -> frozenset[str]:
    tops = {names[0] for names in folders if names}
    named = {name for name in tops if split_of(name) is not None}
    if named == tops:
        return frozenset(named)
    return frozenset(name for name in named if (name,) not in folders)


def _alike_folders(folders: set[_Folders]) -> frozenset[str]:
    """The top folders, when all hold the same sub-folders and no images themselves."""
    tops = {names[0] for names in folders if names}
    if len(tops) < 2 or any((top,) in folders for top in tops):
        return frozenset()
    below = {
        top: frozenset(names[1] for names in folders if len(names) > 1 and names[0] == top)
        for top in tops
    }
    common = below[min(tops)]
    alike = len(common) > 1 and all(names == common for names in below.values())
    # cats/train and dogs/train, or cats/2021 and dogs/2021.
    if (
        not alike
        or all(map(split_of, common))
        or (not any(map(split_of, tops)) and not any(map(_has_letter, common)))
    ):
        return frozenset()
    return frozenset(tops)


def _has_letter(name: str) -> bool:
    return any(letter.isalpha() for letter in name)
