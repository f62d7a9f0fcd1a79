"""Logged predictions, and what people say of them."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tellapart.jobs.payloads import Text
from tellapart.monitoring.history import Outcome, PredictionFilter, PredictionWithFeedback
from tellapart.package.format import Reason
from tellapart.store import tables


class StageTimes(BaseModel):
    """Where the time went, in milliseconds; null: it did not come that far."""

    decode: float | None
    queue: float | None
    inference: float | None
    total: float


class Feedback(BaseModel):
    """What somebody said of a prediction."""

    model_config = ConfigDict(from_attributes=True)

    prediction_id: str
    model_version: int
    predicted_label: str
    label: str | None = Field(description="The right class; null: only that it was another.")
    correct: bool
    at: datetime


class LoggedPrediction(BaseModel):
    """An image that was answered, or a request that failed."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    route: str
    status: int = Field(description="The HTTP status; of an image in a batch, as if sent alone.")
    outcome: Outcome
    code: str | None = Field(description="The code of the problem, when it failed.")
    prediction_id: str | None
    model_version: int | None
    label: str | None
    confidence: float | None
    abstained_because: Reason | None
    distance_score: float | None
    timing_ms: StageTimes
    feedback: Feedback | None

    @classmethod
    def of(
        cls, row: tables.LoggedPrediction, feedback: tables.PredictionFeedback | None = None
    ) -> "LoggedPrediction":
        """A prediction from its row."""
        columns = {
            name: getattr(row, name)
            for name in cls.model_fields
            if name not in ("timing_ms", "feedback")
        }
        times = {
            stage: None if (found := getattr(row, f"{stage}_ms")) is None else round(found, 2)
            for stage in StageTimes.model_fields
        }
        said = None if feedback is None else Feedback.model_validate(feedback)
        return cls.model_validate({**columns, "timing_ms": times, "feedback": said})

    @classmethod
    def with_feedback(cls, found: PredictionWithFeedback) -> "LoggedPrediction":
        """A prediction and what was said of it."""
        return cls.of(found.row, found.feedback)


class LoggedPredictionPage(BaseModel):
    """Predictions, newest first."""

    items: list[LoggedPrediction]
    next_cursor: str | None


class PredictionQuery(BaseModel):
    """Which predictions: those for which everything that is given holds."""

    model_config = ConfigDict(extra="forbid")

    label: Text | None = Field(None, max_length=400)
    model_version: int | None = Field(None, ge=1, lt=2**31)
    outcome: Outcome | None = None
    status: int | None = Field(None, ge=100, le=599)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = None

    @property
    def filter(self) -> PredictionFilter:
        """What the log is asked for."""
        return PredictionFilter(
            label=self.label, model_version=self.model_version, outcome=self.outcome,
            status=self.status, since=self.since, until=self.until,
        )  # fmt: skip


class FeedbackRequest(BaseModel):
    """Exactly one of the two."""

    model_config = ConfigDict(extra="forbid")

    label: Text | None = Field(None, max_length=400, description="The right class.")
    correct: bool | None = Field(None, description="Whether the answer was right.")
