"""What the data set looks like, read from the statistics of its current version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tellapart.dataset.issues import quality_summary
from tellapart.dataset.label_check import LabelCheck
from tellapart.dataset.statistics import (
    BRIGHTNESS_BINS,
    FILE_SIZE_BINS,
    SIDE_BINS,
    DatasetStatistics,
)
from tellapart.dataset.versions import latest_version
from tellapart.store.tables import DatasetVersion, QualitySummary, QuarantinedFile

_HISTOGRAM_BINS = 24

# The dataset version, the count of issues, and the count of quarantined files.
InsightsKey = tuple[int | None, int | None, int]


class Histogram(BaseModel):
    """Counts between edges: `counts[i]` lie from `edges[i]` to before `edges[i + 1]`."""

    edges: list[float]
    counts: list[int]


class ImageDimensions(BaseModel):
    """Sizes of the images, in pixels; null while there are none."""

    min_width: int | None
    max_width: int | None
    avg_width: float | None
    min_height: int | None
    max_height: int | None
    avg_height: float | None
    total_images: int


class SplitCounts(BaseModel):
    """Images in each split."""

    train: int = 0
    validation: int = 0
    test: int = 0


@dataclass(frozen=True)
class Insights:
    """The state of the data set.

    Attributes:
        class_splits: class to split to count.
        samples: class to image ids.
        dimensions: of images in pixels.
        widths: of pixels; so are `heights`.
        sizes: width, height and count of images of about that size.
        file_sizes: of bytes.
        brightness: of mean brightness, 0 to 1.
        origins: labelled images, by where the label is from.
        issues: open ones, by kind.
        checked_version: the version that the last check of everything saw.
        label_check: how far it could tell wrong labels; None where there was nothing to tell.
    """

    dataset_version: int | None
    content_id: str | None
    class_splits: dict[str, dict[str, int]]
    samples: dict[str, list[int]]
    dimensions: ImageDimensions
    widths: Histogram
    heights: Histogram
    sizes: list[tuple[int, int, int]]
    file_sizes: Histogram
    total_bytes: int
    brightness: Histogram
    formats: dict[str, int]
    origins: dict[str, int]
    unlabeled: int
    excluded: int
    issues: dict[str, int]
    checked_version: int | None
    checked_at: datetime | None
    label_check: LabelCheck | None

    def class_counts(self) -> dict[str, int]:
        """The images of each class, whatever their split."""
        return {label: sum(splits.values()) for label, splits in self.class_splits.items()}

    def class_balance(self) -> dict[str, float]:
        """The images of each class by what it would have if all had the same, at most 1."""
        counts = self.class_counts()
        fair = sum(counts.values()) / max(len(counts), 1)
        return {label: min(1.0, count / fair) for label, count in counts.items()}


def insights_key(session: Session) -> InsightsKey:
    """What changes whenever the insights do; much cheaper to ask for than they are."""
    version = select(func.max(DatasetVersion.id)).scalar_subquery()
    quality = select(func.max(QualitySummary.id)).scalar_subquery()
    quarantined = select(func.count(QuarantinedFile.id)).scalar_subquery()
    row = session.execute(select(version, quality, quarantined)).one()
    return row[0], row[1], row[2]


def read_insights(session: Session) -> Insights:
    """Three look-ups, whatever the size of the data set."""
    version = latest_version(session)
    counts = {**DatasetStatistics().to_json(), **({} if version is None else version.summary)}
    quality = quality_summary(session)
    quarantined = session.scalar(select(func.count(QuarantinedFile.id))) or 0
    issues = {} if quality is None else quality.issues
    widths, heights = _numbers(counts["widths"]), _numbers(counts["heights"])
    return Insights(
        dataset_version=None if version is None else version.id,
        content_id=None if version is None else version.content_id,
        class_splits=counts["class_splits"],
        samples=counts.get("samples", {}),
        dimensions=_dimensions(widths, heights),
        widths=_histogram(widths),
        heights=_histogram(heights),
        sizes=_sizes(counts["sizes"]),
        file_sizes=_octaves(_numbers(counts["file_sizes"])),
        total_bytes=counts["total_bytes"],
        brightness=_brightness(_numbers(counts["brightness"])),
        formats=counts["formats"],
        origins=counts["origins"],
        unlabeled=counts["unlabeled"],
        excluded=counts["excluded"],
        issues={**issues, "quarantined": quarantined},
        checked_version=None if quality is None else quality.checked_version,
        checked_at=None if quality is None else quality.checked_at,
        label_check=None
        if quality is None or quality.label_check is None
        else LabelCheck.from_json(quality.label_check),
    )


def _numbers(counter: Mapping[str, int]) -> dict[int, int]:
    return {int(value): count for value, count in counter.items()}


def _dimensions(widths: Mapping[int, int], heights: Mapping[int, int]) -> ImageDimensions:
    return ImageDimensions(
        min_width=min(widths, default=None),
        max_width=max(widths, default=None),
        avg_width=_mean(widths),
        min_height=min(heights, default=None),
        max_height=max(heights, default=None),
        avg_height=_mean(heights),
        total_images=sum(widths.values()),
    )


def _mean(sides: Mapping[int, int]) -> float | None:
    total = sum(sides.values())
    return round(sum(side * count for side, count in sides.items()) / total, 1) if total else None


def _histogram(values: Mapping[int, int]) -> Histogram:
    """Up to 24 bins of equal width."""
    if not values:
        return Histogram(edges=[], counts=[])
    low, high = min(values), max(values) + 1
    width = max(1, -(-(high - low) // _HISTOGRAM_BINS))
    counts = [0] * -(-(high - low) // width)
    for value, count in values.items():
        counts[(value - low) // width] += count
    edges = [float(low + width * number) for number in range(len(counts) + 1)]
    return Histogram(edges=edges, counts=counts)


def _octaves(bins: Mapping[int, int]) -> Histogram:
    if not bins:
        return Histogram(edges=[], counts=[])
    numbers = range(min(bins), max(bins) + 1)
    edges = [round(2 ** (number / FILE_SIZE_BINS), 1) for number in (*numbers, max(bins) + 1)]
    return Histogram(edges=edges, counts=[bins.get(number, 0) for number in numbers])


def _brightness(bins: Mapping[int, int]) -> Histogram:
    if not bins:
        return Histogram(edges=[], counts=[])
    edges = [number / BRIGHTNESS_BINS for number in range(BRIGHTNESS_BINS + 1)]
    return Histogram(edges=edges, counts=[bins.get(number, 0) for number in range(BRIGHTNESS_BINS)])


def _sizes(bins: Mapping[str, int]) -> list[tuple[int, int, int]]:
    found = []
    for key, count in bins.items():
        sides = [round(2 ** ((int(part) + 0.5) / SIDE_BINS)) for part in key.split(",")]
        found.append((sides[0], sides[1], count))
    return sorted(found)
