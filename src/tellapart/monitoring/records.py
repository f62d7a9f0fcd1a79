"""What is kept of one prediction."""

from dataclasses import dataclass
from datetime import datetime

from tellapart.package.format import Reason

# From this status on a request has failed.
FIRST_FAILURE = 400


@dataclass(frozen=True, slots=True)
class PredictionRecord:
    """An image that was answered, or a request that failed. Times are in milliseconds.

    `route` is the path as the API declares it, `code` the code of the problem. What is None is
    not known: a failed request has no class, and a model may have no distance.
    """

    at: datetime
    route: str
    status: int
    total_ms: float
    code: str | None = None
    prediction_id: str | None = None
    model_version: int | None = None
    label: str | None = None
    confidence: float | None = None
    abstained_because: Reason | None = None
    distance_score: float | None = None
    decode_ms: float | None = None
    queue_ms: float | None = None
    inference_ms: float | None = None

    @property
    def failed(self) -> bool:
        """Whether it has no answer."""
        return self.status >= FIRST_FAILURE
