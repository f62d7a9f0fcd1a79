"""Which unlabelled images would teach the model most."""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from tellapart.runtime.pca import norms

# Looked at for each image that is chosen: the doubtful ones.
_CANDIDATES = 10


class WorthLabelling(BaseModel):
    """An image without a class that would teach the model much; `score` is 0 to 1."""

    image_id: int
    score: float
    reason: str


def most_worth_labelling(
    probabilities: NDArray[np.float32], embeddings: NDArray[np.float32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The images that the model doubts most and that are least alike, the best first.

    Doubt is 1 - the lead of the best class over the second. One after another, the image is
    taken whose doubt, times its distance to what was taken before, is the largest: doubt alone
    brings the same image many times over (Zhdanov 2019, "Diverse mini-batch active learning").

    Args:
        probabilities: float32 [N, K], K of 2 or more.
        embeddings: float32 [N, D].
        count: how many are wanted.

    Returns:
        Rows int64 [min(count, N)], and the doubt of each, float32, 0 to 1.
    """
    lead = np.sort(probabilities, axis=1)[:, -2:]
    doubt = (1 - (lead[:, 1] - lead[:, 0])).astype(np.float32)
    candidates = np.argsort(-doubt, kind="stable")[: count * _CANDIDATES]
    worth = doubt[candidates] + np.float32(1e-6)  # where nothing is in doubt, distance decides
    rows = candidates[take_unlike(worth, unit(embeddings[candidates]), count)]
    return rows, doubt[rows]


def unit(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Embeddings float32 [N, D], each brought to length 1."""
    return embeddings / norms(embeddings)[:, None]


def take_unlike(
    worth: NDArray[np.float32],
    points: NDArray[np.float32],
    count: int,
    distances: NDArray[np.float32] | None = None,
) -> NDArray[np.int64]:
    """One after another the row whose worth, times its distance to what was taken, is the largest.

    Args:
        worth: float32 [N], above 0.
        points: float32 [N, D], of length 1.
        count: how many are wanted.
        distances: float32 [N] to what was taken before; by default nothing was.

    Returns:
        Rows int64 [min(count, N)].
    """
    distances = np.ones(len(points), np.float32) if distances is None else distances.copy()
    chosen: list[int] = []
    for _ in range(min(count, len(points))):
        chosen.append(int(np.argmax(worth * distances)))
        distances = np.minimum(distances, np.maximum(1 - points @ points[chosen[-1]], 0))
        distances[chosen] = -1
    return np.array(chosen, dtype=np.int64)
