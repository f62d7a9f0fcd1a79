"""What pages show of the data set, counted on as it changes.

Every figure is a sum over images, so the statistics of a new version are the old ones plus what
came, minus what went: their cost is that of the change. They are stored with their version and
never counted again on reading.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tellapart.dataset.class_names import natural_key
from tellapart.store.tables import SPLITS, LabelOrigin, Split

BRIGHTNESS_BINS = 20
# Bins per octave: of file sizes, and of each side of the scatter of sizes.
FILE_SIZE_BINS = 4
SIDE_BINS = 8

_COUNTERS = (
    "formats",
    "origins",
    "widths",
    "heights",
    "sizes",
    "file_sizes",
    "brightness",
    "pseudo_labels",
)
_NUMBERS = ("pictures", "unlabeled", "excluded", "total_bytes")


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is counted of an image itself."""

    content_hash: str
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    brightness: float | None


@dataclass(frozen=True, slots=True)
class ImageState:
    """What a version says of an image. `model_version` is the one that said a pseudo-label."""

    label: str | None
    split: Split | None
    origin: LabelOrigin
    excluded: bool = False
    model_version: int | None = None


class DatasetStatistics:
    """Counts of one version: a JSON-able dict that images are added to and taken from."""

    def __init__(self, counts: Mapping[str, Any] | None = None) -> None:
        """Go on from the counts of the version before; nothing of them is altered."""
        given = counts or {}
        self._counters = {name: dict(given.get(name, {})) for name in _COUNTERS}
        self._numbers = {name: int(given.get(name, 0)) for name in _NUMBERS}
        self.class_splits: dict[str, dict[str, int]] = {
            label: dict(splits) for label, splits in given.get("class_splits", {}).items()
        }

    def add(self, facts: ImageFacts, state: ImageState) -> None:
        """Count an image."""
        self._count(facts, state, 1)

    def remove(self, facts: ImageFacts, state: ImageState) -> None:
        """Count an image no longer."""
        self._count(facts, state, -1)

    def to_json(self) -> dict[str, Any]:
        """`class_splits` (class to split to count), the counters and the numbers."""
        classes = sorted(self.class_splits.items(), key=lambda item: natural_key(item[0]))
        return {
            **self._numbers,
            **self._counters,
            "class_splits": {label: splits for label, splits in classes if any(splits.values())},
        }

    def _count(self, facts: ImageFacts, state: ImageState, sign: int) -> None:
        numbers = self._numbers
        if state.excluded:
            numbers["excluded"] += sign
            return
        numbers["pictures"] += sign
        numbers["total_bytes"] += sign * facts.size_bytes
        if state.label is None:
            numbers["unlabeled"] += sign
        else:
            assert state.split is not None, "what has a class has a split"
            splits = self.class_splits.setdefault(state.label, dict.fromkeys(SPLITS, 0))
            splits[state.split] += sign
            self._step("origins", state.origin, sign)
            if state.origin == "pseudo":
                self._step("pseudo_labels", state.label, sign)
        self._step("formats", facts.format, sign)
        self._step("widths", str(facts.width_px), sign)
        self._step("heights", str(facts.height_px), sign)
        sides = _octave_bin(facts.width_px, SIDE_BINS), _octave_bin(facts.height_px, SIDE_BINS)
        self._step("sizes", f"{sides[0]},{sides[1]}", sign)
        self._step("file_sizes", str(_octave_bin(facts.size_bytes, FILE_SIZE_BINS)), sign)
        if facts.brightness is not None:
            bin_number = min(int(facts.brightness * BRIGHTNESS_BINS), BRIGHTNESS_BINS - 1)
            self._step("brightness", str(bin_number), sign)

    def _step(self, counter: str, key: str, sign: int) -> None:
        counts = self._counters[counter]
        counts[key] = counts.get(key, 0) + sign
        if not counts[key]:
            del counts[key]


def _octave_bin(value: int, bins: int) -> int:
    return math.floor(bins * math.log2(max(value, 1)))
