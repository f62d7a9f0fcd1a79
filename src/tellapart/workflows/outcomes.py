"""What the jobs come to, as a caller in Python gets it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did; the counts are images. `rejected`: name, code and reason of each.

    `issues` are the open ones of the whole data set, by kind.
    """

    source: str
    added: int
    labeled: int
    duplicates: int
    conflicts: int
    quarantined: int
    skipped: dict[str, int]
    rejected: list[dict[str, str]]
    classes: dict[str, int]
    issues: dict[str, int]
    dataset_version: int | None


@dataclass(frozen=True)
class CheckOutcome:
    """What a check found: open issues, by kind."""

    dataset_version: int
    issues: dict[str, int]


@dataclass(frozen=True)
class LearningCurve:
    """How the accuracy (0 to 1) grows with the images, and whether more of them would help.

    Each of the `points` has `share`, `images`, `accuracy`, and `low` to `high`, its 95% interval.
    """

    dataset_version: int
    points: list[dict[str, float]]
    expected_gain: float
    worth_more: bool
    verdict: str


@dataclass(frozen=True)
class TrainingOutcome:
    """What a training did; `metrics` are those of the test split.

    `model_version` is the proposed one of `versions`, all that were registered.
    """

    model_version: int
    promoted: bool
    reason: str
    metrics: dict[str, Any]
    versions: list[int]
