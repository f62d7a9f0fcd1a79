"""The tables. A row is written only after the blobs that it names.

Images and their place in the data set are apart: an `Image` is what the bytes are, a
`DatasetEntry` is what somebody says of them, from one dataset version until another. A version
is therefore as cheap as its change, and never altered.
"""

from datetime import UTC, datetime
from typing import Any, Literal, get_args

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
LabelOrigin = Literal["given", "human", "pseudo", "feedback"]
IssueKind = Literal[
    "near_duplicate", "leak", "label", "label_conflict", "outlier",
    "blurry", "dark", "bright", "low_information", "odd_aspect", "odd_size",
]  # fmt: skip
ISSUE_KINDS: tuple[IssueKind, ...] = get_args(IssueKind)
JobKind = Literal[
    "import", "check", "train", "export", "learning_curve", "loadtest", "propose_labels"
]  # fmt: skip
JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]
Scope = Literal["predict", "label", "admin"]
# What a key is good for, the least first; each may do what those before it may.
SCOPES: tuple[Scope, ...] = get_args(Scope)


class UtcDateTime(TypeDecorator[datetime]):
    """A time that is stored, and comes back, in UTC with its zone, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse times without a zone; they would mean something else on another machine."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """SQLite forgets the zone, which is UTC; PostgreSQL has that of the session."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """The time that goes into rows."""
    return datetime.now(UTC)


class Table(DeclarativeBase):
    """Parent of all tables."""

    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
    }


class Image(Table):
    """One image, known by the BLAKE3 hash of its bytes."""

    __tablename__ = "images"

    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # A thumbnail is a part of a blob, or, without offset and length, a whole one.
    thumbnail_hash: Mapped[str] = mapped_column(String(64))
    thumbnail_offset: Mapped[int | None]
    thumbnail_bytes: Mapped[int | None]
    original_name: Mapped[str] = mapped_column(Text)
    # Images that share it, such as those of one patient, are put into one split.
    group_name: Mapped[str | None] = mapped_column(String(400), index=True)
    format: Mapped[str] = mapped_column(String(16))
    width_px: Mapped[int]
    height_px: Mapped[int]
    exif_orientation: Mapped[int]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)
    # What `images.quality` measures; null on rows from before it did, until the next check.
    perceptual_hash: Mapped[int | None] = mapped_column(BigInteger)
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary)
    brightness: Mapped[float | None]
    contrast: Mapped[float | None]
    sharpness: Mapped[float | None]
    information: Mapped[float | None]
    dark_score: Mapped[float | None]
    bright_score: Mapped[float | None]


class ImageClass(Table):
    """A class that images can belong to."""

    __tablename__ = "classes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(400), unique=True)


class DatasetVersion(Table):
    """A state of the data set; never altered once written."""

    __tablename__ = "dataset_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Sum modulo 2**256 of the hashes of its entries: the same content has the same name.
    content_id: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(100), default="", server_default="")
    reason: Mapped[str] = mapped_column(Text)
    summary: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class DatasetEntry(Table):
    """An image's class and split, from version `added_in` until before version `removed_in`.

    An excluded image keeps both, and is in no training set and no count: importing it again
    does not bring it back. `model_version` is the one that said a pseudo-label.
    """

    __tablename__ = "dataset_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("classes.id"))
    split: Mapped[str | None] = mapped_column(String(10))
    origin: Mapped[str] = mapped_column(String(10))
    model_version: Mapped[int | None]
    excluded: Mapped[bool] = mapped_column(default=False, server_default=false())
    added_in: Mapped[int] = mapped_column(ForeignKey("dataset_versions.id"), index=True)
    removed_in: Mapped[int | None] = mapped_column(ForeignKey("dataset_versions.id"))

    __table_args__ = (
        Index("ix_dataset_entries_image", "image_id", "removed_in"),
        # An image has one place in the current version.
        Index(
            "uq_dataset_entries_current",
            "image_id",
            unique=True,
            sqlite_where=text("removed_in IS NULL"),
            postgresql_where=text("removed_in IS NULL"),
        ),
        Index("ix_dataset_entries_origin", "origin", "removed_in"),
        Index("ix_dataset_entries_current", "removed_in", "class_id", "split", "image_id"),
    )


class ImageCheck(Table):
    """How an image looks beside the others of the data set: scores from 0 (worst) to 1.

    `map_x` and `map_y` are its place on the embedding map.
    """

    __tablename__ = "image_checks"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    near_duplicate_score: Mapped[float | None]
    label_score: Mapped[float | None]
    outlier_score: Mapped[float | None]
    odd_size_score: Mapped[float | None]
    map_x: Mapped[float | None]
    map_y: Mapped[float | None]


class ImageIssue(Table):
    """Something about an image that somebody should look at.

    `class_id` is the class that is suggested instead; `group_id`, the smallest image id of the
    near-duplicates it belongs to. `kept` is set when somebody looked, and left it as it is.
    """

    __tablename__ = "image_issues"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    score: Mapped[float]
    class_id: Mapped[int | None] = mapped_column(ForeignKey("classes.id"))
    group_id: Mapped[int | None]
    kept: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (Index("ix_image_issues_kind", "kind", "kept", "score", "image_id"),)


class QualitySummary(Table):
    """Counts of issues, as pages show them: the row with the highest id. Written on change."""

    __tablename__ = "quality_summaries"

    id: Mapped[int] = mapped_column(primary_key=True)
    issues: Mapped[dict[str, Any]]
    checked_version: Mapped[int | None]
    checked_at: Mapped[datetime | None]
    label_check: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class DataAdvice(Table):
    """What to add next, by the embeddings of a version: the row with the highest id.

    `worth_labelling` are images without a class: `image_id`, `score` and `reason` of each.
    """

    __tablename__ = "data_advice"

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_version: Mapped[int] = mapped_column(ForeignKey("dataset_versions.id"))
    learning_curve: Mapped[dict[str, Any]]
    worth_labelling: Mapped[list[dict[str, Any]]]
    computed_at: Mapped[datetime] = mapped_column(default=now)


class QuarantinedFile(Table):
    """A file that an import could not use: its bytes (when there are any) and the reason.

    `label` and `split` are what its source said of it, for when it is tried again.
    """

    __tablename__ = "quarantined_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(String(400))
    split: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_quarantined_files_name", "name", "content_hash"),)


class UploadBatch(Table):
    """Images without a class that came together: `name`, `size_bytes`, `content_hash` of each file.

    One job imports them; another one, once it was asked for, trains on what is said of them.
    """

    __tablename__ = "upload_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_job_id: Mapped[str] = mapped_column(String(32))
    training_job_id: Mapped[str | None] = mapped_column(String(32))
    files: Mapped[list[dict[str, Any]]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class LabelProposal(Table):
    """What a version says of an image without a class; `abstained_because` if it is not sure."""

    __tablename__ = "label_proposals"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    model_version: Mapped[int] = mapped_column(ForeignKey("model_versions.version"))
    label: Mapped[str] = mapped_column(String(400))
    confidence: Mapped[float]
    abstained_because: Mapped[str | None] = mapped_column(String(40))


class Embedding(Table):
    """The feature vector of an image (float32, little-endian) by one backbone."""

    __tablename__ = "embeddings"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    backbone: Mapped[str] = mapped_column(String(200), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


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


class Job(Table):
    """Long work. While it runs, its worker renews the lease."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    stage: Mapped[str | None] = mapped_column(String(100))
    progress: Mapped[float | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_detail: Mapped[str | None] = mapped_column(Text)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    # How often it was given to a worker. It never falls: it tells workers apart.
    attempts: Mapped[int] = mapped_column(default=0)
    # The attempts before it was resumed, which count no more.
    resumed_after: Mapped[int] = mapped_column(default=0, server_default="0")
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobEvent(Table):
    """A line of a job's log, or a figure of its progress (`data`)."""

    __tablename__ = "job_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    type: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(default=now)


class LoggedPrediction(Table):
    """A prediction that was asked for over HTTP, answered or failed.

    `abstained_because` is null for an answer to be believed. No key ties a row to its model
    version or its class: it says what was answered at that time.
    """

    __tablename__ = "predictions"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    prediction_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    route: Mapped[str] = mapped_column(String(60))
    status: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(10))
    code: Mapped[str | None] = mapped_column(String(40))
    model_version: Mapped[int | None]
    label: Mapped[str | None] = mapped_column(String(400))
    confidence: Mapped[float | None]
    abstained_because: Mapped[str | None] = mapped_column(String(30))
    distance_score: Mapped[float | None]
    decode_ms: Mapped[float | None]
    queue_ms: Mapped[float | None]
    inference_ms: Mapped[float | None]
    total_ms: Mapped[float]

    __table_args__ = (
        Index("ix_predictions_at", "at", "id"),
        Index("ix_predictions_label", "label", "at", "id"),
        Index("ix_predictions_version", "model_version", "at", "id"),
        Index("ix_predictions_outcome", "outcome", "at", "id"),
        Index("ix_predictions_status", "status", "at", "id"),
    )


class PredictionRollup(Table):
    """Counts of the predictions in a span of time; `model_version` 0: no model was asked."""

    __tablename__ = "prediction_rollups"

    resolution_s: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    model_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    requests: Mapped[int]
    answered: Mapped[int]
    low_confidence: Mapped[int]
    unlike_training_data: Mapped[int]
    confidence_sum: Mapped[float]
    distances: Mapped[int]
    distance_sum: Mapped[float]
    decode_ms_sum: Mapped[float]
    queue_ms_sum: Mapped[float]
    inference_ms_sum: Mapped[float]
    dropped: Mapped[int]
    failures: Mapped[dict[str, Any]]
    classes: Mapped[dict[str, Any]]
    latencies: Mapped[dict[str, Any]]


class PredictionFeedback(Table):
    """What somebody says of a prediction; it outlives the row of the log.

    `label` is the right class; null when it is only known that the answer was wrong.
    """

    __tablename__ = "prediction_feedback"

    prediction_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    model_version: Mapped[int]
    predicted_label: Mapped[str] = mapped_column(String(400))
    label: Mapped[str | None] = mapped_column(String(400))
    correct: Mapped[bool]
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_prediction_feedback_at", "at", "correct"),)


class AccessKey(Table):
    """A key that was handed out: its hash, and what it is good for until it is revoked."""

    __tablename__ = "access_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    scope: Mapped[Scope] = mapped_column(String(10))
    secret_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    # A name may come again once the key that had it is revoked.
    __table_args__ = (
        Index(
            "ix_access_keys_name",
            "name",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
