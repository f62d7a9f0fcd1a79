"""How far the last check could tell which labels are wrong."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class LabelCheck:
    """What a model was worth that was fitted without the images that it judged.

    Attributes:
        accuracy: how often it agreed with the given class, 0 to 1.
        images: how many it judged.
        layers: which features it saw, in words.
        weak: most of what it doubts would be right, so no suspects are named.
        features: the key of these features; empty where an earlier release has judged.
    """

    accuracy: float
    images: int
    layers: str
    weak: bool
    features: str = ""

    @property
    def verdict(self) -> str:
        """In a sentence or two."""
        measured = (
            f"A model that was fitted without them put {self.accuracy:.1%} of {self.images:,} "
            f"pictures into the class that they have (features of the {self.layers})."
        )
        if not self.weak:
            return measured
        return (
            f"Too weak to say which labels are wrong. {measured} Most of the pictures that it "
            "doubts would be right, so none is listed."
        )

    def to_json(self) -> dict[str, Any]:
        """For the database."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "LabelCheck":
        """From the database."""
        told = found["accuracy"], found["images"], found["layers"], found["weak"]
        return cls(*told, features=found.get("features", ""))
