"""The review queue: what people are shown, and what they decide of it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tellapart.api.addresses import file_address
from tellapart.labeling.review import decisions, queue
from tellapart.labeling.review.decisions import ConflictReason, ReviewAction
from tellapart.store.tables import ReviewReason


class ReviewItem(BaseModel):
    """An image to decide."""

    image_id: int
    file: str
    thumb: str
    suggested_label: str | None = Field(
        description="What the model, or its pseudo-label, says; null while no two classes have a "
        "label, or no model was asked."
    )
    confidence: float | None = Field(ge=0, le=1)
    reason: ReviewReason = Field(description="Why it is worth a look.")


class ReviewQueue(BaseModel):
    """Images that are handed out, and what waits in all."""

    items: list[ReviewItem]
    waiting: int = Field(
        description="Pictures without a class, or with a pseudo-label that nobody has confirmed."
    )
    by_label: dict[str, int] = Field(description="Those that wait, by suggested class.")
    labels_per_hour: float | None = Field(
        description="What you decide in an hour, pauses left out; null until it is measured."
    )

    @classmethod
    def of(cls, found: queue.ReviewQueue) -> "ReviewQueue":
        """The queue, with where its images are served."""
        items = [
            ReviewItem(
                image_id=item.image_id,
                file=file_address(item.image_id, "full"),
                thumb=file_address(item.image_id, "thumb"),
                suggested_label=item.suggested_label,
                confidence=item.confidence,
                reason=item.reason,
            )
            for item in found.items
        ]
        return cls(
            items=items,
            waiting=found.counts.waiting,
            by_label=found.counts.by_label,
            labels_per_hour=found.labels_per_hour,
        )


class ReviewDecision(BaseModel):
    """What is decided of one image."""

    model_config = ConfigDict(extra="forbid")

    image_id: Annotated[int, Field(ge=1, lt=2**31)]
    action: ReviewAction = Field(
        description="`accept` the suggestion, give another `label`, `reject` (exclude) the picture "
        "from the data set, or `skip` it: it comes again when all others were seen."
    )
    label: str | None = Field(
        None,
        description="The class, which may be a new one. With `accept`: the suggestion that was "
        "shown, where a newer one may have taken its place.",
    )


class ReviewDecisions(BaseModel):
    """Decisions that are applied together, each image once."""

    model_config = ConfigDict(extra="forbid")

    decisions: list[ReviewDecision] = Field(min_length=1, max_length=decisions.MOST_DECISIONS)


class ReviewConflict(BaseModel):
    """An image that somebody else decided first; it was left as it is."""

    model_config = ConfigDict(from_attributes=True)

    image_id: int
    reason: ConflictReason
    detail: str


class ReviewResult(BaseModel):
    """What the decisions did."""

    model_config = ConfigDict(from_attributes=True)

    changed: int = Field(description="Pictures that are different now.")
    dataset_version: int = Field(description="The current version; a new one, if any changed.")
    conflicts: list[ReviewConflict]
