"""What is in the data set."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from tellapart.api.addresses import file_address
from tellapart.dataset.insights import Histogram, ImageDimensions, Insights, SplitCounts
from tellapart.store.tables import SPLITS


class SizeCount(BaseModel):
    """How many images have about this size, in pixels."""

    width: int
    height: int
    count: int


class ClassBalance(BaseModel):
    """How the size of a class compares to that of the largest."""

    label: str
    count: int
    score: float = Field(description="0 to 1, lower is worse.")
    flagged: bool


class LabelCheck(BaseModel):
    """How far the check could tell which labels are wrong."""

    model_config = ConfigDict(from_attributes=True)

    accuracy: float = Field(
        description="How often a model agreed with the given class of pictures that it was fitted "
        "without, 0 to 1."
    )
    images: int
    layers: str = Field(description="Which features it saw.")
    weak: bool = Field(description="Too weak to name suspects: none are listed.")
    verdict: str


class Checks(BaseModel):
    """The last check of the whole data set: near-duplicates, labels, outliers, the map."""

    checked_version: int | None = Field(description="Null while none has been made.")
    checked_at: datetime | None
    up_to_date: bool
    labels: LabelCheck | None = Field(
        description="Null while there are no two classes of which labels can be judged."
    )


class DataInsights(BaseModel):
    """The state of the data set, kept ready when it changes."""

    class_distribution: dict[str, int]
    sample_images: dict[str, list[str]] = Field(description="Addresses of thumbnails, by class.")
    image_dimensions: ImageDimensions
    splits: SplitCounts
    class_splits: dict[str, SplitCounts]
    class_balance: list[ClassBalance]
    formats: dict[str, int]
    origins: dict[str, int] = Field(description="Labelled pictures, by where the label is from.")
    widths: Histogram = Field(description="In pixels.")
    heights: Histogram = Field(description="In pixels.")
    sizes: list[SizeCount] = Field(description="The scatter of widths and heights, binned.")
    file_sizes: Histogram = Field(description="In bytes.")
    total_bytes: int
    brightness: Histogram = Field(description="Mean brightness, 0 to 1.")
    unlabeled: int
    excluded: int
    issues: dict[str, int] = Field(description="Counts of what was found to be wrong, by kind.")
    checks: Checks
    dataset_version: int | None = Field(description="Null while nothing has been imported.")
    content_id: str | None

    @classmethod
    def of(cls, found: Insights, imbalance_threshold: float) -> "DataInsights":
        """What was counted; a class whose balance is below the threshold is flagged."""
        splits = found.class_splits
        counts = found.class_counts()
        return cls(
            class_distribution=counts,
            sample_images={
                name: [file_address(image_id, "thumb") for image_id in ids]
                for name, ids in found.samples.items()
            },
            image_dimensions=found.dimensions,
            splits=SplitCounts(
                **{split: sum(each[split] for each in splits.values()) for split in SPLITS}
            ),
            class_splits={name: SplitCounts(**each) for name, each in splits.items()},
            class_balance=[
                ClassBalance(
                    label=name, count=counts[name], score=score, flagged=score < imbalance_threshold
                )
                for name, score in found.class_balance().items()
            ],
            formats=found.formats,
            origins=found.origins,
            widths=found.widths,
            heights=found.heights,
            sizes=[
                SizeCount(width=width, height=height, count=n) for width, height, n in found.sizes
            ],
            file_sizes=found.file_sizes,
            total_bytes=found.total_bytes,
            brightness=found.brightness,
            unlabeled=found.unlabeled,
            excluded=found.excluded,
            issues=found.issues,
            checks=Checks(
                checked_version=found.checked_version,
                checked_at=found.checked_at,
                up_to_date=found.checked_version == found.dataset_version,
                labels=None
                if found.label_check is None
                else LabelCheck.model_validate(found.label_check),
            ),
            dataset_version=found.dataset_version,
            content_id=found.content_id,
        )
