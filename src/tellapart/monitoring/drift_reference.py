"""What predictions are held against: what the champion answered to its test images."""

import threading
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from tellapart.errors import NotFound
from tellapart.evaluation.metrics import wilson_interval
from tellapart.evaluation.score_buckets import (
    ScoreCells,
    confidence_bucket,
    cut_cells,
    distance_bucket,
)
from tellapart.registry.answers import ARTIFACT, Answers, read_answers
from tellapart.registry.versions import CHAMPION, ModelRegistry
from tellapart.store.storage import Storage
from tellapart.store.tables import ModelAlias, ModelArtifact

# What the package's `distance_score` gives at the threshold.
_UNLIKE_BELOW = 0.5


@dataclass(frozen=True)
class DriftReference:
    """Answers to test images, in counts. `distance_scores` is empty for a model that gives none.

    `classes` are the predicted ones, of all that the model knows; `unlike` counts the images that
    the model found unlike its training data. The cells are cut once, for all windows.
    """

    images: int
    correct: int
    mean_confidence: float
    confidence_deviation: float
    classes: Counter[str]
    confidences: Counter[int]
    distance_scores: Counter[int]
    unlike: int
    confidence_cells: ScoreCells = field(init=False)
    distance_cells: ScoreCells = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "confidence_cells", cut_cells(self.confidences))
        object.__setattr__(self, "distance_cells", cut_cells(self.distance_scores))

    @property
    def calibrated(self) -> bool:
        """Whether the mean confidence is within the 95% interval of the accuracy."""
        low, high = wilson_interval(self.correct, self.images)
        return low <= self.mean_confidence <= high


@dataclass(frozen=True)
class Champion:
    """The version in service, and what its windows are held against; None: it has no answers."""

    version: int
    reference: DriftReference | None


class DriftReferences:
    """The reference of the champion, made when it is first needed; threads may share it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._lock = threading.Lock()
        self._made: tuple[int, str, DriftReference] | None = None

    def champion(self, session: Session) -> Champion | None:
        """The version in service; None when there is none.

        Raises:
            BlobNotFound, ModelUnreadable: its stored answers are lost or damaged.
        """
        found = session.execute(
            select(ModelAlias.version, ModelArtifact.content_hash)
            .outerjoin(
                ModelArtifact,
                and_(ModelArtifact.version == ModelAlias.version, ModelArtifact.format == ARTIFACT),
            )
            .where(ModelAlias.name == CHAMPION)
        ).first()
        if found is None:
            return None
        version: int = found[0]
        blob: str | None = found[1]
        return Champion(version, None if blob is None else self._reference(version, blob))

    def _reference(self, version: int, blob: str) -> DriftReference | None:
        with self._lock:
            if self._made is None or self._made[:2] != (version, blob):
                model = ModelRegistry(self._storage.database).get(version)
                try:
                    answers = read_answers(self._storage.blobs, model)
                except NotFound:  # taken away in this moment
                    return None
                made = make_reference(answers, model.row.class_names)
                self._made = version, blob, made
            return self._made[2]


def make_reference(answers: Answers, class_names: list[str]) -> DriftReference:
    """What a version answered to the images of its test, in counts."""
    images = answers.tested or len(answers)
    probabilities = answers.probabilities[:images]
    guesses = [class_names[best] for best in probabilities.argmax(axis=1)]
    confidence = probabilities.max(axis=1).astype(np.float64)
    scores = answers.distance_scores[:images]
    scores = scores[~np.isnan(scores)]
    counted = Counter(guesses)
    return DriftReference(
        images=images,
        correct=sum(guess == label for guess, label in zip(guesses, answers.labels, strict=False)),
        mean_confidence=float(confidence.mean()) if images else 0.0,
        confidence_deviation=float(confidence.std()) if images else 0.0,
        classes=Counter({name: counted[name] for name in class_names}),
        confidences=Counter(confidence_bucket(float(each)) for each in confidence),
        distance_scores=Counter(distance_bucket(float(each)) for each in scores),
        unlike=int((scores < _UNLIKE_BELOW).sum()),
    )
