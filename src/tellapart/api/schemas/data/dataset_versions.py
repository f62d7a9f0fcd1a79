"""Versions of the data set."""

from datetime import datetime
from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from tellapart.api.addresses import file_address
from tellapart.dataset.history import Diff
from tellapart.dataset.insights import SplitCounts
from tellapart.dataset.versions import Change, ChangeKind
from tellapart.store import tables
from tellapart.store.pages import Page
from tellapart.store.tables import SPLITS, LabelOrigin, Split


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

    @classmethod
    def of(cls, row: tables.DatasetVersion, current: int) -> "DatasetVersion":
        """A version from its row; `current` is the number of the current one."""
        counts = row.summary
        splits = counts["class_splits"].values()
        total = {split: sum(counted[split] for counted in splits) for split in SPLITS}
        unlabeled = counts.get("unlabeled", 0)
        return cls(
            id=row.id,
            content_id=row.content_id,
            author=row.author,
            reason=row.reason,
            created_at=row.created_at,
            current=row.id == current,
            images=sum(total.values()) + unlabeled,
            classes=len(splits),
            unlabeled=unlabeled,
            excluded=counts.get("excluded", 0),
            splits=SplitCounts(**total),
            changes=counts.get("changes", {}),
        )


class DatasetVersionPage(BaseModel):
    """Versions, newest first."""

    items: list[DatasetVersion]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[tables.DatasetVersion], current: int) -> "DatasetVersionPage":
        """Versions from their rows; `current` is the number of the current one."""
        items = [DatasetVersion.of(row, current) for row in page.items]
        return cls(items=items, next_cursor=page.next_cursor)


class ImageState(BaseModel):
    """What a version says of an image."""

    model_config = ConfigDict(from_attributes=True)

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

    @classmethod
    def of(cls, change: Change) -> "EntryChange":
        """A change, and where its image is served."""
        before, after = (
            None if state is None else ImageState.model_validate(state)
            for state in (change.before, change.after)
        )
        return cls(
            image_id=change.image_id,
            change=cast("ChangeKind", change.kind),
            before=before,
            after=after,
            thumbnail=file_address(change.image_id, "thumb"),
        )


class DatasetDiff(BaseModel):
    """What changed from one version to another."""

    from_version: int
    to_version: int
    counts: dict[ChangeKind, int]
    items: list[EntryChange]
    next_cursor: str | None

    @classmethod
    def of(cls, from_version: int, to_version: int, found: Diff) -> "DatasetDiff":
        """What changed between two versions."""
        return cls(
            from_version=from_version,
            to_version=to_version,
            counts=found.counts,
            items=[EntryChange.of(change) for change in found.page.items],
            next_cursor=found.page.next_cursor,
        )


class Restore(BaseModel):
    """Why a version is brought back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=500)
