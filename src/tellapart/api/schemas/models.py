"""Model versions."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tellapart.evaluation.metrics import ModelMetrics
from tellapart.jobs.payloads import Text

Alias = Literal["champion", "challenger"]


class Artifact(BaseModel):
    """A file of a version that can be downloaded."""

    format: str
    size_bytes: int


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

    model_config = ConfigDict(extra="forbid")

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
