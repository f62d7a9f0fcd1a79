"""Images of the data set."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tellapart.store.tables import IssueKind, LabelOrigin, Split


class Issue(BaseModel):
    """Something about an image that somebody should look at."""

    kind: IssueKind
    score: float = Field(ge=0, le=1, description="Lower is worse.")
    suggested_label: str | None
    group_id: int | None = Field(description="Near-duplicates of one another share it.")
    kept: bool = Field(description="Somebody looked, and left it as it is.")


class ImageItem(BaseModel):
    """One image."""

    id: int
    label: str | None
    split: Split | None
    origin: LabelOrigin = Field(description="Where the label comes from.")
    excluded: bool = Field(description="It is kept, and used for nothing.")
    original_name: str
    format: str
    width: int
    height: int
    size_bytes: int
    exif_orientation: int
    content_hash: str
    created_at: datetime
    issues: list[Issue]
    thumbnail: str = Field(description="Address of the thumbnail.")
    file: str = Field(description="Address of the picture as it came.")


class ImageDetail(ImageItem):
    """One image, with all that was measured of it."""

    scores: dict[IssueKind, float | None] = Field(
        description="From 0 to 1, lower is worse; null while it has not been measured."
    )
    brightness: float | None = Field(description="Mean brightness, 0 to 1.")
    contrast: float | None


class ImagePage(BaseModel):
    """Images, oldest first."""

    items: list[ImageItem]
    next_cursor: str | None


class ImageIds(BaseModel):
    """All images that a filter finds, in columns of the same length: what a gallery scrolls."""

    dataset_version: int | None
    class_names: list[str]
    ids: list[int]
    classes: list[int] = Field(description="Index into `class_names`; -1 without a class.")
    splits: list[int] = Field(description="0 train, 1 validation, 2 test; -1 without a class.")


class ImageChange(BaseModel):
    """What to change; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    label: str | None = Field(None, description="The new class, which may be a new one.")
    split: Split | None = None
    excluded: bool | None = None
    keep: list[IssueKind] = Field([], description="Issues that are none: they are hidden.")
    reopen: list[IssueKind] = Field([], description="Kept issues to show again.")
    whole_groups: bool = Field(
        False, description="Move the other pictures of their named groups to `split` too."
    )
    reason: str = Field("", max_length=500)


class ImagesChange(ImageChange):
    """A change of many images, made for all of them or for none."""

    ids: list[Annotated[int, Field(ge=1, lt=2**31)]] = Field(min_length=1, max_length=100_000)


class ChangeResult(BaseModel):
    """What a change did."""

    changed: int = Field(description="Pictures that are different now.")
    dataset_version: int = Field(description="The current version; a new one, if any changed.")
    new_version: int | None = Field(description="The version to revert for an undo.")
    skipped: int = Field(0, description="Pictures that somebody changed again since; left alone.")
