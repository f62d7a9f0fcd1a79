"""Answers for the clients of the two earlier systems, in their words."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tellapart.dataset.insights import ImageDimensions
from tellapart.labeling.upload_batches import BatchStatus


class Answered(BaseModel):
    """What every answer says; an error has `success` false, `error` and `detail`."""

    model_config = ConfigDict(protected_namespaces=())

    success: bool = True


class ClassProbability(BaseModel):
    """A class with its calibrated probability, named as the earlier clients read it."""

    model_config = ConfigDict(populate_by_name=True)

    label: str = Field(alias="class")
    probability: float


class ClassicPrediction(BaseModel):
    """The answer for one image."""

    model_config = ConfigDict(protected_namespaces=())

    predicted_class: str
    predicted_class_index: int = Field(description="Into the class names of `/model/info`.")
    confidence: float
    prediction_time: float = Field(description="In seconds.")
    timestamp: datetime
    top_3_predictions: list[ClassProbability]
    all_probabilities: dict[str, float]
    prediction_id: str
    model_version: int
    abstained: bool = Field(description="True when the answer should not be believed.")


class PredictAnswer(Answered):
    """The answer for one image, in the words of both systems."""

    predicted_class: str
    confidence: float
    raw_predictions: list[list[float]] = Field(
        description="One row: the probability of each class, in the order of `/model/info`."
    )
    filename: str
    prediction: ClassicPrediction


class BatchItem(ClassicPrediction):
    """The answer for one image of a batch."""

    filename: str


class BatchFailure(BaseModel):
    """An image of a batch that could not be read; the others are answered all the same."""

    filename: str
    success: bool = False
    error: str
    detail: str
    code: str


class BatchAnswer(Answered):
    """The answers of a batch, in the order of the files."""

    batch_size: int
    predictions: list[BatchItem | BatchFailure]
    total_time: float = Field(description="In seconds.")
    avg_time_per_image: float


class ClassicInsights(BaseModel):
    """What is in the data set."""

    class_distribution: dict[str, int]
    sample_images: dict[str, list[str]] = Field(description="Paths under `/data-images/`.")
    image_dimensions: ImageDimensions


class RetrainAnswer(Answered):
    """What a retraining came to (with a ZIP), or that it was started (with a batch)."""

    message: str
    new_classes: list[str] | None = Field(
        None, description="All classes of the new version, those from before among them."
    )
    batch_id: int | None = None
    job_id: str
    model_version: int | None = None
    promoted: bool | None = None


class UploadedFile(BaseModel):
    """A file as it came."""

    filename: str
    size: int = Field(description="In bytes.")


class UploadAnswer(Answered):
    """Images without a class were taken; a job imports them."""

    message: str
    batch_id: int
    files: list[UploadedFile]
    job_id: str


class Batch(BaseModel):
    """Images without a class that came together, and what became of them."""

    batch_id: int
    status: BatchStatus
    num_files: int
    size_bytes: int
    created_at: datetime


class BatchList(Answered):
    """All batches, newest first."""

    batches: list[Batch]
    total: int


class ClearAnswer(Answered):
    """What was cleared."""

    message: str
    batches_cleared: int
    images_removed: int


class RetrainStatus(BaseModel):
    """The last retraining."""

    status: Literal["idle", "running", "completed", "failed"]
    progress: int = Field(ge=0, le=100)
    message: str
    job_id: str | None = None


class Health(BaseModel):
    """The server answers, and whether a model does."""

    model_config = ConfigDict(protected_namespaces=())

    status: Literal["healthy", "no_model"]
    model_loaded: bool
    model_version: int | None
    timestamp: datetime


class ModelInfo(BaseModel):
    """The model in service."""

    model_config = ConfigDict(protected_namespaces=())

    class_names: list[str]
    num_classes: int
    input_shape: list[int | None]
    output_shape: list[int | None]
    total_params: int | None = Field(description="Null for a version of an older release.")
    model_version: int
    recipe: str
    backbone: str | None


class ModelInfoAnswer(Answered):
    """The model in service."""

    model_info: ModelInfo


class ModelStats(BaseModel):
    """Predictions that were answered; null while there are none."""

    total_predictions: int
    average_confidence: float | None
    average_prediction_time: float | None = Field(description="In seconds.")
    class_distribution: dict[str, int]
    most_predicted_class: str | None


class ModelStatsAnswer(ModelStats, Answered):
    """Predictions that were answered, once more under `stats`."""

    stats: ModelStats
