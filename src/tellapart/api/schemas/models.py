"""Model versions."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Alias = Literal["champion", "challenger"]
ExportFormat = Literal["onnx", "int8", "keras", "h5"]
DownloadFormat = Literal[ExportFormat, "labels"]


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
    top_5_accuracy: float | None = Field(None, description="Null with up to five classes.")
    roc_auc_macro: float | None = Field(
        None, description="Mean of one class against the rest; null where it is not defined."
    )
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
