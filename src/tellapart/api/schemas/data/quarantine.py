"""Files that no import could use."""

from datetime import datetime

from pydantic import BaseModel, Field

from tellapart.store.tables import Split


class QuarantinedFile(BaseModel):
    """A file that an import could not use."""

    id: int
    name: str = Field(description="Its path in what was imported.")
    code: str = Field(description="What is wrong with it, for programs.")
    reason: str
    fix: str = Field(description="What to do about it.")
    size_bytes: int | None = Field(description="Null when its bytes could not be kept.")
    label: str | None = Field(description="The class that it came with.")
    split: Split | None
    created_at: datetime
    file: str | None = Field(description="Where its bytes are, if they could be kept.")


class QuarantinePage(BaseModel):
    """Files in quarantine, newest first."""

    items: list[QuarantinedFile]
    next_cursor: str | None
