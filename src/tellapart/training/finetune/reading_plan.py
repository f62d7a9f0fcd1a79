"""What the time is enough for when features are read first and then learned from."""

from dataclasses import dataclass

# A pass of the part that learns over an image, forwards and backwards, beside reading it.
_PASS = 1.2
# With fewer passes over the images it ends where it began.
_LEAST_EPOCHS = 3
# From so many on, time is better spent on larger images.
_ENOUGH_EPOCHS = 8
# A network that has seen fewer of them does not beat a probe that has seen all.
_LEAST_SHARE = 0.6


@dataclass(frozen=True)
class ReadingPlan:
    """How many of the training images are read, and whether their mirror images are too."""

    images: int
    mirror: bool


def plan_reading(train: int, others: int, affordable: float) -> ReadingPlan | None:
    """None where the time is not enough to gain anything.

    Args:
        train: training images.
        others: images of validation and test.
        affordable: how many images could be read in the time that is left.
    """
    if needed(train, others, mirror=True) <= affordable:
        return ReadingPlan(train, mirror=True)
    images = min(train, int((affordable - others) / (1 + _LEAST_EPOCHS * _PASS)))
    return ReadingPlan(images, mirror=False) if images >= _LEAST_SHARE * train else None


def needed(train: int, others: int, *, mirror: bool, epochs: int = _LEAST_EPOCHS) -> float:
    """The time that a useful training takes, in images that could be read meanwhile."""
    return train * (1 + mirror + epochs * _PASS) + others


def is_plenty(train: int, others: int, affordable: float) -> bool:
    """Whether the time is enough for more passes than are of use."""
    return needed(train, others, mirror=True, epochs=_ENOUGH_EPOCHS) <= affordable
