"""Which classes and splits folders would become, before any image of them is sent."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tellapart.errors import InvalidClassName
from tellapart.intake.annotations import note_of_places
from tellapart.intake.layouts import Layout
from tellapart.store.tables import Split


@dataclass(frozen=True)
class FolderPreview:
    """Numbers of images: by class, by the split that folders say, without a class, refused.

    `warning` says what is odd about the classes, if anything is.
    """

    classes: dict[str, int]
    splits: dict[Split, int]
    unlabeled: int
    refused: int
    warning: str | None


def preview_folders(folders: Mapping[str, int], *, max_class_name_length: int) -> FolderPreview:
    """Read folders as an import would.

    Args:
        folders: how many images lie in each folder, by its path; "" is the top.
        max_class_name_length: in characters; images under a longer name are refused.
    """
    layout = Layout(folders, max_class_name_length=max_class_name_length)
    classes: Counter[str] = Counter()
    splits: Counter[Split] = Counter()
    unlabeled = refused = 0
    for folder, count in folders.items():
        try:
            placement = layout.place(f"{folder}/image.jpg")
        except InvalidClassName:
            refused += count
            continue
        if placement.label is None:
            unlabeled += count
        else:
            classes[placement.label] += count
        if placement.split is not None:
            splits[placement.split] += count
    return FolderPreview(dict(classes), dict(splits), unlabeled, refused, note_of_places(classes))
