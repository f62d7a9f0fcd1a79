"""Model versions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from tellapart.evaluation.metrics import ModelMetrics
from tellapart.jobs.contracts import MODEL_FORMATS
from tellapart.jobs.payloads import Text
from tellapart.registry.versions import RegisteredModel

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

    @classmethod
    def of(cls, found: RegisteredModel) -> "Model":
        """A version from its rows."""
        row = found.row
        return cls(
            version=row.version,
            created_at=row.created_at,
            recipe=row.recipe,
            backbone=row.backbone,
            dataset_version=row.dataset_version,
            class_names=row.class_names,
            parameters=row.parameters,
            metrics=ModelMetrics.model_validate(row.metrics),
            aliases=[cast("Alias", alias) for alias in found.aliases],
            artifacts=[
                Artifact(format=file.format, size_bytes=file.size_bytes)
                for file in found.artifacts
                if file.format in MODEL_FORMATS
            ],
            job_id=row.job_id,
        )


class ModelPage(BaseModel):
    """Versions, newest first."""

    items: list[Model]
    next_cursor: str | None

    @classmethod
    def of(cls, found: Sequence[RegisteredModel], next_cursor: str | None = None) -> "ModelPage":
        """Versions from their rows."""
        return cls(items=[Model.of(each) for each in found], next_cursor=next_cursor)


class PromotionRequest(BaseModel):
    """Why a version is put into service."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = Field("", max_length=500)


class Promotion(BaseModel):
    """A change of champion."""

    model_config = ConfigDict(from_attributes=True)

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
