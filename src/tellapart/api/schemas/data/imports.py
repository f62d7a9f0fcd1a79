"""What an import is started with, when no images are sent."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tellapart.jobs.contracts import ImportOptions


class ImportRequest(ImportOptions):
    """A data set that has a name."""

    source: str = Field(
        max_length=300,
        description="`cifar10`, `fashion-mnist`, `cats-vs-dogs`, `builtin:digits`, "
        "`kaggle:owner/name` or `hf:owner/name`.",
    )


class FolderCounts(BaseModel):
    """Folders that are about to be sent, and how many pictures lie directly in each."""

    model_config = ConfigDict(extra="forbid")

    folders: dict[
        Annotated[str, StringConstraints(max_length=4096)], Annotated[int, Field(ge=1)]
    ] = Field(
        max_length=100_000,
        description="Numbers of pictures by the path of their folder; the top is an empty path.",
    )
