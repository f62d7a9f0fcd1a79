"""Rows of images that were never imported, for tests of versions."""

from collections.abc import Mapping

from blake3 import blake3
from sqlalchemy.orm import Session

from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import write_version
from tellapart.store.tables import DatasetVersion, Image, Split


def add_image(session: Session, seed: int, width_px: int = 10, height_px: int = 20) -> int:
    """A row for an image; the same seed gives the same one."""
    name = blake3(str(seed).encode()).hexdigest()
    found = session.query(Image.id).filter(Image.content_hash == name).scalar()
    if found is not None:
        return int(found)
    image = Image(
        content_hash=name, thumbnail_hash=name, original_name=f"{seed}.jpg", format="JPEG",
        width_px=width_px, height_px=height_px, exif_orientation=1, size_bytes=100 + seed,
        brightness=(seed % 10) / 10,
    )  # fmt: skip
    session.add(image)
    session.flush()
    return image.id


def state(
    label: str | None = "cats", split: Split | None = "train", *, excluded: bool = False
) -> ImageState:
    """A given label."""
    return ImageState(label, split, "given", excluded)


def write(session: Session, states: Mapping[int, ImageState | None]) -> DatasetVersion:
    """A version in which the images of these seeds are in these states."""
    by_id = {add_image(session, seed): wanted for seed, wanted in states.items()}
    version = write_version(session, by_id, author="ann", reason="test")
    assert version is not None
    return version
