"""Answers about images."""

from typing import Literal

from pydantic import BaseModel, Field


class ClassScore(BaseModel):
    """A class with its calibrated probability."""

    label: str
    score: float = Field(ge=0, le=1)


class PredictionTiming(BaseModel):
    """Where the time went, in milliseconds."""

    decode: float
    queue: float
    inference: float
    total: float


class Explanation(BaseModel):
    """Where the model looks for `label`."""

    label: str
    heat_map: str = Field(description="A PNG as a data address, to lay over the picture.")


class Prediction(BaseModel):
    """The answer for one image."""

    prediction_id: str
    model_version: int
    label: str = Field(description="The likeliest class, also when the model abstains.")
    confidence: float = Field(ge=0, le=1, description="Calibrated probability of `label`.")
    abstained: bool = Field(description="True when the answer should not be believed.")
    abstained_because: Literal["low_confidence", "unlike_training_data"] | None = None
    distance_score: float | None = Field(
        None, ge=0, le=1, description="1: like the training pictures; null: the model cannot tell."
    )
    explanation: Explanation | None = None
    predictions: list[ClassScore] = Field(description="The likeliest classes, best first.")
    timing_ms: PredictionTiming


class BatchEntry(BaseModel):
    """One image of a batch: an answer, or what was wrong with it."""

    filename: str
    prediction: Prediction | None = None
    error: str | None = None
    code: str | None = None


class BatchPrediction(BaseModel):
    """The answers of a batch, in the order of the files."""

    items: list[BatchEntry]
