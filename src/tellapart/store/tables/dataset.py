"""Images, and their place in the versions of the data set."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from tellapart.store.tables.columns import Table, now

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
LabelOrigin = Literal["given", "human", "pseudo", "feedback"]


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


class Embedding(Table):
    """The feature vector of an image (float32, little-endian) by one backbone."""

    __tablename__ = "embeddings"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    backbone: Mapped[str] = mapped_column(String(200), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


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
