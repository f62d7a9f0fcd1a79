"""Pictures of the data set."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class ImageItem(BaseModel):
    """One picture."""

    id: int
    label: str | None
    split: Literal["train", "validation", "test"] | None
    origin: Literal["given", "human", "pseudo", "feedback"]
    original_name: str
    format: str
    width: int
    height: int
    size_bytes: int
    content_hash: str
    created_at: datetime
    thumbnail: str = Field(description="Address of the thumbnail.")
    file: str = Field(description="Address of the picture as it came.")


class ImagePage(BaseModel):
    """Pictures, oldest first."""

    items: list[ImageItem]
    next_cursor: str | None
