"""Whether a database is whole, and which files it counts on."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tellapart.store.tables import Image, Job, ModelArtifact, QuarantinedFile


def damage_of(session: Session) -> str | None:
    """What SQLite finds wrong in its file; None when nothing, and for a database server."""
    if session.get_bind().dialect.name != "sqlite":
        return None
    said = str(session.scalar(text("PRAGMA quick_check(1)")))
    return None if said == "ok" else said


def stored_names(session: Session) -> set[str]:
    """The blobs of images, their thumbnails, quarantined files, models, and load-test reports."""
    images = session.execute(select(Image.content_hash, Image.thumbnail_hash)).all()
    artifacts = session.scalars(select(ModelArtifact.content_hash))
    quarantined = session.scalars(select(QuarantinedFile.content_hash))
    load_tests = session.scalars(select(Job.result).where(Job.kind == "loadtest"))
    reports = [result.get("report_hash") for result in load_tests if result is not None]
    names = {name for row in images for name in row}.union(artifacts, quarantined, reports)
    return names - {None}
