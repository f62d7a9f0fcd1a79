"""Answers about images."""

from base64 import b64encode
from typing import Self

from pydantic import BaseModel, Field

from tellapart.errors import TellapartError
from tellapart.package.format import Reason
from tellapart.serving.engine import Answer


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

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """The times of an answer."""
        return cls(
            decode=round(answer.decode_ms, 2),
            queue=round(answer.queue_ms, 2),
            inference=round(answer.inference_ms, 2),
            total=round(answer.total_ms, 2),
        )


class Explanation(BaseModel):
    """Where the model looks for `label`."""

    label: str
    heat_map: str = Field(description="A PNG as a data address, to lay over the picture.")

    @classmethod
    def of(cls, answer: Answer) -> Self | None:
        """The explanation of an answer; None when none was asked for, or the model has none."""
        found = answer.explanation
        if found is None:
            return None
        address = f"data:image/png;base64,{b64encode(found.heat_map).decode()}"
        return cls(label=found.label, heat_map=address)


class Prediction(BaseModel):
    """The answer for one image."""

    prediction_id: str
    model_version: int
    label: str = Field(description="The likeliest class, also when the model abstains.")
    confidence: float = Field(ge=0, le=1, description="Calibrated probability of `label`.")
    abstained: bool = Field(description="True when the answer should not be believed.")
    abstained_because: Reason | None = None
    distance_score: float | None = Field(
        None, ge=0, le=1, description="1: like the training pictures; null: the model cannot tell."
    )
    explanation: Explanation | None = None
    predictions: list[ClassScore] = Field(description="The likeliest classes, best first.")
    timing_ms: PredictionTiming

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """The answer of the engine."""
        scores = [ClassScore(label=label, score=score) for label, score in answer.scores]
        return cls(
            prediction_id=answer.prediction_id,
            model_version=answer.model_version,
            label=scores[0].label,
            confidence=scores[0].score,
            abstained=answer.abstained,
            abstained_because=answer.abstained_because,
            distance_score=answer.distance_score,
            explanation=Explanation.of(answer),
            predictions=scores,
            timing_ms=PredictionTiming.of(answer),
        )


class BatchEntry(BaseModel):
    """One image of a batch: an answer, or what was wrong with it."""

    filename: str
    prediction: Prediction | None = None
    error: str | None = None
    code: str | None = None

    @classmethod
    def answered(cls, filename: str, answer: Answer) -> Self:
        """The entry of an image that was answered."""
        return cls(filename=filename, prediction=Prediction.of(answer))

    @classmethod
    def refused(cls, filename: str, error: TellapartError) -> Self:
        """The entry of an image that could not be answered."""
        return cls(filename=filename, error=str(error), code=error.code)


class BatchPrediction(BaseModel):
    """The answers of a batch, in the order of the files."""

    items: list[BatchEntry]
