"""What the data set looks like, read from the summary of its current version."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tellapart.dataset.versions import latest_version
from tellapart.store.tables import DatasetVersion, QuarantinedFile

_NO_PICTURES: dict[str, Any] = {
    "class_splits": {},
    "samples": {},
    "dimensions": dict.fromkeys(
        ("min_width", "max_width", "avg_width", "min_height", "max_height", "avg_height")
    )
    | {"total_images": 0},
    "formats": {},
    "unlabeled": 0,
}

# The dataset version, and the count of quarantined files.
InsightsKey = tuple[int | None, int]


@dataclass(frozen=True)
class Insights:
    """`class_splits`: class to split to count; `samples`: class to image ids; sizes in pixels."""

    dataset_version: int | None
    content_id: str | None
    class_splits: dict[str, dict[str, int]]
    samples: dict[str, list[int]]
    dimensions: dict[str, Any]
    formats: dict[str, int]
    unlabeled: int
    quarantined: int


def insights_key(session: Session) -> InsightsKey:
    """What changes whenever the insights do; much cheaper to ask for than they are."""
    version = select(func.max(DatasetVersion.id)).scalar_subquery()
    quarantined = select(func.count(QuarantinedFile.id)).scalar_subquery()
    row = session.execute(select(version, quarantined)).one()
    return row[0], row[1]


def read_insights(session: Session) -> Insights:
    """Two look-ups, whatever the size of the data set."""
    version = latest_version(session)
    summary = _NO_PICTURES if version is None else version.summary
    return Insights(
        dataset_version=None if version is None else version.id,
        content_id=None if version is None else version.content_id,
        class_splits=summary["class_splits"],
        samples=summary["samples"],
        dimensions=summary["dimensions"],
        formats=summary["formats"],
        unlabeled=summary["unlabeled"],
        quarantined=session.scalar(select(func.count(QuarantinedFile.id))) or 0,
    )
