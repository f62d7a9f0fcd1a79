"""Versions of the data set."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tellapart.api.schemas.insights import SplitCounts
from tellapart.store.tables import LabelOrigin, Split

ChangeKind = Literal["added", "removed", "relabelled", "moved", "excluded", "included"]


class DatasetVersion(BaseModel):
    """A state of the data set, which never changes."""

    id: int
    content_id: str = Field(description="The same content has the same id.")
    author: str
    reason: str
    created_at: datetime
    current: bool
    images: int
    classes: int
    unlabeled: int
    excluded: int
    splits: SplitCounts
    changes: dict[ChangeKind, int] = Field(description="Since the version before it.")


class DatasetVersionPage(BaseModel):
    """Versions, newest first."""

    items: list[DatasetVersion]
    next_cursor: str | None


class ImageState(BaseModel):
    """What a version says of an image."""

    label: str | None
    split: Split | None
    origin: LabelOrigin
    excluded: bool


class EntryChange(BaseModel):
    """An image that two versions say different things of; null where it is not there."""

    image_id: int
    change: ChangeKind
    before: ImageState | None
    after: ImageState | None
    thumbnail: str


class DatasetDiff(BaseModel):
    """What changed from one version to another."""

    from_version: int
    to_version: int
    counts: dict[ChangeKind, int]
    items: list[EntryChange]
    next_cursor: str | None


class Restore(BaseModel):
    """Why a version is brought back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=500)
