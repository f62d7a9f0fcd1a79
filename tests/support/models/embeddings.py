"""Made-up embeddings: a cluster a class."""

import numpy as np
from numpy.typing import NDArray


def clusters(
    counts: list[int], *, width: int = 40, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Embeddings float32 [N, width] and classes int64 [N] of so many images of each class."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    centres = rng.normal(size=(len(counts), width))
    points = centres[labels] + rng.normal(scale=0.4, size=(len(labels), width))
    return points.astype(np.float32), labels.astype(np.int64)
