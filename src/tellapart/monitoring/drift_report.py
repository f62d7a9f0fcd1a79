"""What is told of drift."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

DriftVerdict = Literal["steady", "changed", "not_enough"]
DriftMeasureName = Literal[
    "classes", "confidence", "distance", "unlike_training_data", "mean_confidence"
]


class DriftMeasure(BaseModel):
    """One measure of a window; null: it cannot be told yet."""

    name: DriftMeasureName = Field(
        description="`classes`, `confidence`, `distance`: population stability index of predicted "
        "classes, confidences and distance scores, 0 for the same. `unlike_training_data`: share "
        "of predictions. `mean_confidence`: itself."
    )
    verdict: DriftVerdict
    value: float | None
    expected: float | None = Field(description="In the test pictures; 0 for an index.")
    threshold: float | None = Field(
        description="Changed where the value is above; below, for the mean confidence."
    )
    low: float | None = Field(None, description="Of a share: its 95% interval (Wilson).")
    high: float | None = None
    predictions: int
    missing: int = Field(description="Predictions that are missing for a verdict.")


class ClassShares(BaseModel):
    """How often a class is predicted: share of test pictures, and of the window's predictions."""

    label: str
    expected: float
    seen: float | None


class ScoreShares(BaseModel):
    """How many scores are from `low` on and under `high`, as shares; the last has 1 in it."""

    low: float
    high: float
    expected: float
    seen: float | None


class DriftReferenceSummary(BaseModel):
    """The test pictures of the champion, which predictions are held against."""

    test_pictures: int
    accuracy: float
    mean_confidence: float


class Drift(BaseModel):
    """How the champion's predictions of a window differ from those for its test pictures."""

    window_s: int
    since: datetime
    until: datetime
    model_version: int | None = Field(description="The champion; null: none is in service.")
    predictions: int = Field(description="Answers of the champion in the window.")
    verdict: DriftVerdict = Field(description="`changed` where one measure is.")
    missing: int = Field(description="Predictions that are missing for the first verdict.")
    reason: str | None = Field(
        description="Why more predictions alone would give no verdict; else null."
    )
    reference: DriftReferenceSummary | None
    expected_accuracy: float | None = Field(
        description="What the confidences say of the accuracy now; rather too much after a change. "
        "Null where they were not honest in the test, or where too many pictures are unlike the "
        "training data."
    )
    measures: list[DriftMeasure]
    classes: list[ClassShares] = Field(description="Those that differ most first.")
    confidences: list[ScoreShares]
    distance_scores: list[ScoreShares]
