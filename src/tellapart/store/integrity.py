"""Whether a database is whole, and which files it counts on."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tellapart.store.tables import Image, ModelArtifact


def damage_of(session: Session) -> str | None:
    """What SQLite finds wrong in its file; None when nothing, and for a database server."""
    if session.get_bind().dialect.name != "sqlite":
        return None
    said = str(session.scalar(text("PRAGMA quick_check(1)")))
    return None if said == "ok" else said


def stored_names(session: Session) -> set[str]:
    """The blobs of images, their thumbnails, and models."""
    images = session.execute(select(Image.content_hash, Image.thumbnail_hash)).all()
    artifacts = session.scalars(select(ModelArtifact.content_hash))
    return {name for row in images for name in row}.union(artifacts)
