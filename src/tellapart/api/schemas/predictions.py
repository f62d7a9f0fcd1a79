"""Answers about pictures."""

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


class Prediction(BaseModel):
    """The answer for one picture."""

    prediction_id: str
    model_version: int
    label: str = Field(description="The likeliest class, also when the model abstains.")
    confidence: float = Field(ge=0, le=1, description="Calibrated probability of `label`.")
    abstained: bool = Field(description="True when the confidence is under the model's threshold.")
    predictions: list[ClassScore] = Field(description="The likeliest classes, best first.")
    timing_ms: PredictionTiming


class BatchEntry(BaseModel):
    """One picture of a batch: an answer, or what was wrong with it."""

    filename: str
    prediction: Prediction | None = None
    error: str | None = None
    code: str | None = None


class BatchPrediction(BaseModel):
    """The answers of a batch, in the order of the files."""

    items: list[BatchEntry]
