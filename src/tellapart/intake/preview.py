"""Which classes and splits folders would become, before any image of them is sent."""

from collections import Counter
from collections.abc import Mapping

from pydantic import BaseModel, Field

from tellapart.errors import InvalidClassName
from tellapart.intake.annotations import note_of_places
from tellapart.intake.layouts import Layout
from tellapart.store.tables import Split


class ImportPreview(BaseModel):
    """What an import of folders would bring, in numbers of pictures."""

    classes: dict[str, int]
    splits: dict[Split, int] = Field(description="Only splits that the folders name.")
    unlabeled: int = Field(description="Pictures in no folder of a class.")
    refused: int = Field(description="Pictures whose folder has a name that no class can have.")
    warning: str | None = Field(description="What is odd about the classes, if anything is.")


def preview_folders(folders: Mapping[str, int], *, max_class_name_length: int) -> ImportPreview:
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
    return ImportPreview(
        classes=dict(classes),
        splits=dict(splits),
        unlabeled=unlabeled,
        refused=refused,
        warning=note_of_places(classes),
    )
