"""What an import is started with, when no images are sent."""

from pydantic import BaseModel, ConfigDict, Field

from tellapart.dataset.splits import SplitMode


class ImportRequest(BaseModel):
    """A data set that has a name."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(
        max_length=300,
        description="`cifar10`, `fashion-mnist`, `cats-vs-dogs`, `builtin:digits`, "
        "`kaggle:owner/name` or `hf:owner/name`.",
    )
    split: SplitMode = Field("auto", description="Put all pictures into this split.")
    unlabeled: bool = Field(False, description="Take the pictures without their classes.")
