"""What is in the data set."""

from pydantic import BaseModel, Field


class ImageDimensions(BaseModel):
    """Sizes of the pictures, in pixels; null while there are none."""

    min_width: int | None
    max_width: int | None
    avg_width: float | None
    min_height: int | None
    max_height: int | None
    avg_height: float | None
    total_images: int


class SplitCounts(BaseModel):
    """Pictures in each split."""

    train: int = 0
    validation: int = 0
    test: int = 0


class DataInsights(BaseModel):
    """The state of the data set, kept ready when it changes."""

    class_distribution: dict[str, int]
    sample_images: dict[str, list[str]] = Field(description="Addresses of thumbnails, by class.")
    image_dimensions: ImageDimensions
    splits: SplitCounts
    class_splits: dict[str, SplitCounts]
    formats: dict[str, int]
    unlabeled: int
    issues: dict[str, int] = Field(description="Counts of what was found to be wrong, by kind.")
    dataset_version: int | None = Field(description="Null while nothing has been imported.")
    content_id: str | None
