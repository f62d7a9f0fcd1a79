"""What is said of leaks: test images with near-duplicates that the model has learned from."""

from typing import Literal

# What near-duplicates were looked for by. Fingerprints alone miss crops and frames of one scene.
LeakCheck = Literal["embeddings", "fingerprints"]


def leaks_in_words(count: int | None, check: LeakCheck | None, total: int) -> str:
    """What is known of leaks among `total` test images, for beside a score."""
    if count is None:
        return "Leaks: not checked."
    if count:
        return (
            f"Leaks: {count:,} of {total:,} test pictures have a near-duplicate in train or "
            "validation, so the score looks better than it is."
        )
    if check == "embeddings":
        return "Leaks: none found."
    return "Leaks: none found by fingerprint; by similarity not checked."
