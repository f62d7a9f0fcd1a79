"""Model versions, their files, and which is in service."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tellapart.store.tables.columns import Table, now


class ModelVersion(Table):
    """A trained model with its data, its numbers and its files."""

    __tablename__ = "model_versions"

    version: Mapped[int] = mapped_column(primary_key=True)
    recipe: Mapped[str] = mapped_column(String(40))
    backbone: Mapped[str | None] = mapped_column(String(200))
    dataset_version: Mapped[int] = mapped_column(ForeignKey("dataset_versions.id"))
    class_names: Mapped[list[str]]
    parameters: Mapped[dict[str, Any]]
    metrics: Mapped[dict[str, Any]]
    report: Mapped[dict[str, Any]]
    job_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(default=now)

    # A job that is begun again after a crash registers once.
    __table_args__ = (
        UniqueConstraint("job_id", "recipe", "dataset_version", name="uq_model_versions_job"),
    )


class ModelArtifact(Table):
    """A file of a model version: `onnx`, `int8`, `keras`, `h5`, or its `answers` in its test."""

    __tablename__ = "model_artifacts"

    version: Mapped[int] = mapped_column(ForeignKey("model_versions.version"), primary_key=True)
    format: Mapped[str] = mapped_column(String(20), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)


class ModelAlias(Table):
    """`champion` and `challenger`: names that point at a version."""

    __tablename__ = "model_aliases"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("model_versions.version"))


class Promotion(Table):
    """Who came into service when, after whom, and why: the audit."""

    __tablename__ = "promotions"

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(10))
    from_version: Mapped[int | None] = mapped_column(Integer)
    to_version: Mapped[int] = mapped_column(ForeignKey("model_versions.version"))
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
