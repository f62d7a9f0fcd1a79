"""What is said of leaks: test images with near-duplicates that the model has learned from."""

from collections.abc import Mapping
from typing import Literal

# What near-duplicates were looked for by. Fingerprints alone miss crops and frames of one scene.
LeakCheck = Literal["embeddings", "fingerprints"]


def leaks_in_words(report: Mapping[str, object], total: int) -> str:
    """What a model's report says of leaks, for beside its score.

    Args:
        report: has `leaks`, a count of test images, and `leak_check`; perhaps neither.
        total: test images.
    """
    count, check = report.get("leaks"), report.get("leak_check")
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
