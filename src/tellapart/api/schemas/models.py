"""Model versions."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Alias = Literal["champion", "challenger"]
ExportFormat = Literal["onnx", "keras", "h5"]


def _writable(text: str) -> str:
    """Refuse half a character, which JSON can spell (`ud800`) and no answer could hold."""
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("has half of a character")
    return text


Text = Annotated[str, AfterValidator(_writable)]


class Artifact(BaseModel):
    """A file of a version that can be downloaded."""

    format: str
    size_bytes: int


class ModelMetrics(BaseModel):
    """Numbers on the test split."""

    accuracy: float
    accuracy_low: float = Field(description="Lower end of the 95% interval.")
    accuracy_high: float
    precision_macro: float
    recall_macro: float
    f1_macro: float
    precision_weighted: float
    recall_weighted: float
    f1_weighted: float
    log_loss: float
    ece: float = Field(description="Expected calibration error.")
    total: int = Field(description="Test pictures.")


class Model(BaseModel):
    """A version."""

    model_config = ConfigDict(protected_namespaces=())

    version: int
    created_at: datetime
    recipe: str
    backbone: str | None
    dataset_version: int
    class_names: list[str]
    parameters: dict[str, Any]
    metrics: ModelMetrics
    aliases: list[Alias]
    artifacts: list[Artifact]
    job_id: str | None


class ModelPage(BaseModel):
    """Versions, newest first."""

    items: list[Model]
    next_cursor: str | None


class ClassMetrics(BaseModel):
    """How well one class is told apart."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int = Field(description="Test pictures of this class.")


class ReliabilityBin(BaseModel):
    """Predictions whose confidence is between `low` and `high`."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


class ModelReport(BaseModel):
    """The evaluation of a version on its test split."""

    version: int
    dataset_version: int
    metrics: ModelMetrics
    class_names: list[str]
    per_class: list[ClassMetrics]
    confusion_matrix: list[list[int]] = Field(description="Rows: true class; columns: predicted.")
    reliability: list[ReliabilityBin]
    temperature: float
    confidence_threshold: float


class PromotionRequest(BaseModel):
    """Why a version is put into service."""

    reason: Text = Field("", max_length=500)


class Promotion(BaseModel):
    """A change of champion."""

    id: int
    action: Literal["promote", "rollback"]
    from_version: int | None
    to_version: int
    reason: str
    created_at: datetime


class PromotionPage(BaseModel):
    """Changes of champion, newest first."""

    items: list[Promotion]
    next_cursor: str | None


class RetrainRequest(BaseModel):
    """How to train; every field has a good default."""

    recipe: Literal["auto", "probe", "scratch"] = "auto"
    backbone: Text = Field("efficientnet-lite0", max_length=200)
    epochs: int | None = Field(None, ge=1, le=1000)
    time_budget: str | None = Field(
        None, description="Such as `90s`, `10m`, `1h`.", pattern=r"^\s*\d+(\.\d+)?\s*[smh]?\s*$"
    )
    seed: int = Field(0, ge=0, lt=2**32)
    resize_mode: Literal["stretch", "crop", "letterbox"] | None = None
    promote: Literal["auto", "always", "never"] = "auto"
