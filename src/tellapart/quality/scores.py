"""All scores of an image, 0 (worst) to 1, whether or not they are bad enough for an issue."""

from sqlalchemy.orm import Session

from tellapart.images.quality import aspect_score
from tellapart.store.tables import Image, ImageCheck, IssueKind

# Those that an image has by itself.
IMAGE_KINDS: tuple[IssueKind, ...] = ("blurry", "dark", "bright", "low_information", "odd_aspect")


def image_scores(image: Image) -> dict[IssueKind, float | None]:
    """Those that the image has by itself; None where it has not been measured."""
    return {
        "blurry": image.sharpness,
        "dark": image.dark_score,
        "bright": image.bright_score,
        "low_information": image.information,
        "odd_aspect": aspect_score(image.width_px, image.height_px),
    }


def scores_of(session: Session, image: Image) -> dict[IssueKind, float | None]:
    """Those, and the ones that it has beside the other images, from the last check."""
    check = session.get(ImageCheck, image.id) or ImageCheck(image_id=image.id)
    return {
        **image_scores(image),
        "near_duplicate": check.near_duplicate_score,
        "label": check.label_score,
        "outlier": check.outlier_score,
        "odd_size": check.odd_size_score,
    }
