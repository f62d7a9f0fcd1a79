"""Which answers of a model become labels to train on: numbers in, decisions out."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tellapart.evaluation.calibration import USUAL_TARGET

Decision = Literal[
    "used", "low_confidence", "unlike_training_data", "unknown_class", "like_test_image",
    "class_share",
]  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """What a model says of an image without a class.

    `abstained_because` is why the answer should not be believed; None if it may be. `held_out` is
    set for near-duplicates of validation and test images: whoever trains on them has seen the test.
    """

    image_id: int
    label: str
    confidence: float
    abstained_because: str | None
    held_out: bool = False


@dataclass(frozen=True)
class Selection:
    """What is decided of each proposal, by image id."""

    decisions: dict[int, Decision]
    labels: dict[int, str]

    @property
    def used(self) -> dict[str, int]:
        """How many are used, by class."""
        return self._count(used=True)

    @property
    def left(self) -> dict[str, int]:
        """How many are left, by the class that they were taken for."""
        return self._count(used=False)

    @property
    def reasons(self) -> dict[str, int]:
        """How many are left, by why."""
        return dict(Counter(each for each in self.decisions.values() if each != "used"))

    def _count(self, *, used: bool) -> dict[str, int]:
        chosen = (i for i, each in self.decisions.items() if (each == "used") == used)
        return dict(sorted(Counter(self.labels[i] for i in chosen).items()))


def select_pseudo_labels(
    proposals: Sequence[Proposal], training_counts: Mapping[str, int]
) -> Selection:
    """Choose the surest answers, of each class at most its share of them all.

    A model finds more of what it knows best. Its share of the training images bounds what a class
    gets of the answers that may be believed, so that the balance of the classes stays (as in
    Zou et al. 2018, "class-balanced self-training").

    Args:
        proposals: one an image.
        training_counts: training images with a label of a person, by class.
    """
    decisions: dict[int, Decision] = {}
    believed: dict[str, list[Proposal]] = {}
    for each in proposals:
        decision = _doubt(each, training_counts)
        if decision is None:
            believed.setdefault(each.label, []).append(each)
        else:
            decisions[each.image_id] = decision
    total = sum(map(len, believed.values()))
    trained = sum(training_counts.values())
    for label, found in believed.items():
        most = math.ceil(total * training_counts[label] / trained)
        for rank, each in enumerate(sorted(found, key=lambda one: (-one.confidence, one.image_id))):
            decisions[each.image_id] = "used" if rank < most else "class_share"
    return Selection(decisions, {each.image_id: each.label for each in proposals})


def threshold_to_learn_from(
    target: float, answering: float, others: Mapping[float, float]
) -> float:
    """The confidence from which on a training may believe an answer.

    It is that of the usual target, also where people get answers from a lower one on: they see an
    answer and may doubt it.

    Args:
        target: the share of right answers that people get.
        answering: the threshold for that.
        others: the thresholds of other shares that can be reached.
    """
    targets = {**others, target: answering}
    strict = [each for each in targets if each >= USUAL_TARGET]
    return max(answering, targets[min(strict) if strict else max(targets)])


def _doubt(proposal: Proposal, training_counts: Mapping[str, int]) -> Decision | None:
    if not training_counts.get(proposal.label):
        return "unknown_class"
    if proposal.abstained_because == "unlike_training_data":
        return "unlike_training_data"
    if proposal.abstained_because is not None:
        return "low_confidence"
    return "like_test_image" if proposal.held_out else None
