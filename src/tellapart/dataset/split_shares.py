"""What is to be placed in a split, and how much of a class each split should have."""

from collections.abc import Mapping
from dataclasses import dataclass

from tellapart.store.tables import Split

# Who comes first of those that are equally far behind.
PRECEDENCE: tuple[Split, ...] = ("train", "test", "validation")

# From this number of images on a class can spare some for validation and test in any case.
HAS_ALL_SPLITS = 10

# A group of near-duplicates, and the class of its images.
Group = tuple[int, str]

# Numbers of images by class and split.
ClassSplits = Mapping[tuple[str, Split], int]


@dataclass(frozen=True, slots=True)
class NewExample:
    """A labelled image that is not in the data set yet; content hashes are distinct.

    Near-duplicates of one another have the same `group`; it counts within a class. Images of one
    scene, of whatever classes, have the same `group_name`.
    """

    content_hash: str
    label: str
    given_split: Split | None
    group: int | None = None
    group_name: str | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """The parts of each class that should be in validation and in test, 0 to 1."""

    validation: float
    test: float


def targets(total: int, shares: Shares) -> dict[Split, int]:
    """How many of a class should be in each split; none is empty from three images on."""
    test = max(1, round(total * shares.test)) if total >= 2 else 0
    validation = max(1, round(total * shares.validation)) if total >= 3 else 0
    while total and test + validation >= total:
        test, validation = (test - 1, validation) if test > validation else (test, validation - 1)
    return {"train": total - test - validation, "validation": validation, "test": test}
