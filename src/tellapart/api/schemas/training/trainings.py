"""Training: its options, and what the data set says of it beforehand."""

from datetime import datetime

from pydantic import BaseModel, Field

from tellapart.api.schemas.data.images import ImageItem
from tellapart.images.preprocessing import ResizeMode
from tellapart.jobs.contracts import LearningCurveResult, RecipeChoice
from tellapart.training.choices import RecipeOption


class Recommendation(BaseModel):
    """What is best here; `backbone` and `resize_mode` are what a training takes by itself."""

    recipe: RecipeChoice
    backbone: str
    resize_mode: ResizeMode
    why: str


class TrainingOptions(BaseModel):
    """What can be chosen, and what is best for these images."""

    images: int = Field(description="Labelled and not excluded.")
    classes: int
    unequal_classes: bool = Field(description="Then each class counts the same in training.")
    recommended: Recommendation
    recipes: list[RecipeOption]
    backbones: list[str]


class LastLearningCurve(BaseModel):
    """The learning curve that was computed last; null while none was."""

    curve: LearningCurveResult | None
    up_to_date: bool | None = Field(description="Whether it is of the current version.")
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
