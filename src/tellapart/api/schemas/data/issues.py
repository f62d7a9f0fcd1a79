"""What is wrong in the data set, and the map of it."""

from datetime import datetime

from pydantic import BaseModel, Field

from tellapart.api.schemas.data.images import ImageItem, Issue


class IssueItem(BaseModel):
    """An image with one of its issues."""

    issue: Issue
    image: ImageItem


class IssuePage(BaseModel):
    """Issues of a kind, worst first; near-duplicates of one another are neighbours."""

    items: list[IssueItem]
    total: int
    next_cursor: str | None


class EmbeddingMap(BaseModel):
    """Images in the plane, alike ones near each other; columns of the same length."""

    checked_at: datetime | None = Field(description="Null while it has not been made.")
    total: int = Field(description="Pictures on the map; `ids` may be a sample of them.")
    class_names: list[str]
    ids: list[int]
    classes: list[int] = Field(description="Index into `class_names`; -1 without a class.")
    x: list[float] = Field(description="0 to 1.")
    y: list[float] = Field(description="0 to 1.")
