"""Training: its options, and what the data set says of it beforehand."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tellapart.api.schemas.images import ImageItem
from tellapart.api.schemas.models import Text
from tellapart.errors import InvalidRequest
from tellapart.training.durations import parse_duration_s

RecipeName = Literal["auto", "probe", "scratch", "finetune"]
ResizeName = Literal["stretch", "crop", "letterbox"]


class RetrainRequest(BaseModel):
    """How to train; every field has a good default."""

    model_config = ConfigDict(extra="forbid")

    recipe: RecipeName = "auto"
    backbone: Text = Field(
        "efficientnet-lite0",
        max_length=200,
        description="Also the name of a network of `keras.applications`, or `onnx:PATH`.",
    )
    epochs: int | None = Field(None, ge=1, le=1000)
    time_budget: str | None = Field(None, description="Such as `90s`, `10m`, `1h`.")
    seed: int = Field(0, ge=0, lt=2**32)
    resize_mode: ResizeName | None = None
    promote: Literal["auto", "always", "never"] = "auto"

    @field_validator("time_budget")
    @classmethod
    def _is_duration(cls, value: str | None) -> str | None:
        try:
            parse_duration_s(value)
        except InvalidRequest as error:
            raise ValueError(str(error)) from None
        return value


class RecipeOption(BaseModel):
    """A recipe, and whether it can run here."""

    name: RecipeName
    available: bool
    why: str = Field(description="What it is for, or what it lacks.")


class Recommendation(BaseModel):
    """What `auto` would do."""

    recipe: RecipeName
    resize_mode: ResizeName
    why: str


class TrainingOptions(BaseModel):
    """What can be chosen, and what is best for these images."""

    images: int = Field(description="Labelled and not excluded.")
    classes: int
    unequal_classes: bool = Field(description="Then each class counts the same in training.")
    recommended: Recommendation
    recipes: list[RecipeOption]
    backbones: list[str]


class CurvePoint(BaseModel):
    """A model that learned from a share of the training images."""

    share: float
    images: int
    accuracy: float
    low: float = Field(description="Lower end of the 95% interval.")
    high: float


class LearningCurve(BaseModel):
    """Accuracy against the number of training images; empty while it is not computed."""

    points: list[CurvePoint]
    expected_gain: float | None = Field(
        description="What twice as many pictures would add to the accuracy."
    )
    worth_more: bool | None
    verdict: str | None
    dataset_version: int | None
    up_to_date: bool | None
    computed_at: datetime | None


class WorthLabelling(BaseModel):
    """An image without a class that would teach the model much."""

    image: ImageItem
    score: float = Field(ge=0, le=1)
    reason: str


class WorthLabellingList(BaseModel):
    """The images most worth a class, best first."""

    items: list[WorthLabelling]
    computed_at: datetime | None
