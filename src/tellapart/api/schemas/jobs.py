"""Long work, as the page sees it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from tellapart.store import tables

JobKind = Literal["import", "check", "train", "export", "learning_curve", "loadtest"]
JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]

# Where the server keeps things is nobody's business; an import has its `name`.
_PRIVATE = ("source", "delete_source")


class JobFailure(BaseModel):
    """Why a job failed."""

    code: str
    detail: str


class Job(BaseModel):
    """A piece of long work."""

    id: str
    kind: JobKind
    status: JobStatus
    stage: str | None = Field(description="What is being done now, in words.")
    progress: float | None = Field(ge=0, le=1, description="Share done; null while unknown.")
    params: dict[str, Any]
    result: dict[str, Any] | None = Field(
        description="What came out, once it succeeded: an import has the numbers of ImportResult, "
        "a training `model_version`, `promoted`, `reason`, all its `versions`; an export `format`."
    )
    error: JobFailure | None
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, row: tables.Job) -> "Job":
        """A job from its row."""
        failure = None
        if row.error_code is not None:
            failure = JobFailure(code=row.error_code, detail=row.error_detail or "")
        columns = {name: getattr(row, name) for name in cls.model_fields if name != "error"}
        return cls.model_validate({**columns, "params": _shown(row.params), "error": failure})


def _shown(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _shown(value) if isinstance(value, dict) else value
        for name, value in params.items()
        if name not in _PRIVATE
    }


class JobPage(BaseModel):
    """Jobs, newest first."""

    items: list[Job]
    next_cursor: str | None


class JobEvent(BaseModel):
    """A line of a job's log; `data` has the figures of a training epoch, when it is one."""

    id: int
    type: Literal["log", "metric"]
    message: str
    data: dict[str, float] | None
    created_at: datetime


class RejectedFile(BaseModel):
    """A file that an import could not use."""

    name: str
    code: str
    reason: str


class ImportResult(BaseModel):
    """What an import did."""

    source: str
    added: int = Field(description="Pictures that are new in the data set.")
    labeled: int = Field(description="Unlabelled pictures of the data set that got their class.")
    duplicates: int = Field(description="Pictures that were there already, or twice in the source.")
    conflicts: int = Field(description="Pictures that are there already under another class.")
    quarantined: int = Field(description="Files that could not be used; their bytes are kept.")
    skipped: dict[str, int] = Field(description="Files that are no pictures, counted by kind.")
    rejected: list[RejectedFile] = Field(
        description="The first hundred quarantined files, and why."
    )
    classes: dict[str, int] = Field(description="Added pictures of each class.")
    issues: dict[str, int] = Field(
        default={}, description="Open issues of the whole data set, by kind."
    )
    dataset_version: int | None
