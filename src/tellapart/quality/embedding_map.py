"""The embeddings on a plane: images that are alike lie together.

t-SNE (van der Maaten and Hinton 2008) of some thousand landmarks; each other image is put
between the landmarks that it is nearest to.
"""

import numpy as np
from numpy.typing import NDArray

from tellapart.runtime.linear_algebra import one_blas_thread
from tellapart.runtime.pca import project

Points = NDArray[np.float32]

_DIRECTIONS = 50
_LANDMARKS = 3000
# Of fewer images the two directions of most variance say as much.
_FEWEST = 30
_PERPLEXITY = 30
_STEPS = 500
_NEIGHBOURS = 5
_ROWS_AT_ONCE = 2048


@one_blas_thread()
def embedding_map(embeddings: NDArray[np.float32], *, seed: int = 0) -> Points:
    """The place of each image, float32 [N, 2] in 0 to 1; the same for the same embeddings.

    Without scikit-learn it is the two directions of most variance.

    Args:
        embeddings: float32 [N, D].
        seed: which images are landmarks.
    """
    if len(embeddings) == 0:
        return np.empty((0, 2), np.float32)
    points, _ = project(embeddings, _DIRECTIONS)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(points))[:_LANDMARKS])
    landmarks = _tsne(points[chosen], seed) if len(chosen) >= _FEWEST else None
    if landmarks is None:
        return _into_unit_square(np.pad(points, ((0, 0), (0, 2)))[:, :2])
    places = _between(points, points[chosen], landmarks)
    places[chosen] = landmarks
    return _into_unit_square(places)


def _tsne(points: Points, seed: int) -> Points | None:
    """None without scikit-learn, or when all points are one."""
    start = points[:, :2] * (1e-4 / max(float(points[:, 0].std()), 1e-6))
    if float(start.std()) < 1e-6 or points.shape[1] < 2:
        return None
    try:
        from sklearn.manifold import TSNE
    except ImportError:
        return None
    model = TSNE(
        perplexity=min(_PERPLEXITY, (len(points) - 1) / 3),
        init=start,
        max_iter=_STEPS,
        random_state=seed,
    )
    places: Points = model.fit_transform(points).astype(np.float32)
    return places


def _between(points: Points, landmarks: Points, places: Points) -> Points:
    """The mean of the nearest landmarks' places, nearer ones weighted more."""
    found = np.empty((len(points), 2), np.float32)
    squares = np.einsum("nd,nd->n", landmarks, landmarks)
    for start in range(0, len(points), _ROWS_AT_ONCE):
        rows = points[start : start + _ROWS_AT_ONCE]
        distances = squares - 2 * rows @ landmarks.T + np.einsum("nd,nd->n", rows, rows)[:, None]
        nearest = np.argpartition(distances, _NEIGHBOURS - 1, axis=1)[:, :_NEIGHBOURS]
        close = np.maximum(np.take_along_axis(distances, nearest, axis=1), 1e-9)
        weights = 1 / close**2
        weights /= weights.sum(axis=1, keepdims=True)
        found[start : start + _ROWS_AT_ONCE] = np.einsum("nk,nkd->nd", weights, places[nearest])
    return found


def _into_unit_square(places: Points) -> Points:
    low = places.min(axis=0)
    span = np.maximum(places.max(axis=0) - low, 1e-9)
    inside: Points = np.clip((places - low) / span, 0, 1).astype(np.float32)
    return inside
