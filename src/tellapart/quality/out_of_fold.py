"""What a model says of images that it was not shown: each is predicted by one fitted without it.

The model is a logistic regression on embeddings along few directions: 55,000 images of ten
classes take seconds.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tellapart.evaluation.calibration import softmax
from tellapart.evaluation.metrics import log_loss
from tellapart.runtime.linear_algebra import one_blas_thread
from tellapart.runtime.logistic_regression import LogisticRegression
from tellapart.runtime.pca import project

Matrix = NDArray[np.float32]
Labels = NDArray[np.int64]

FOLDS = 5
_DIRECTIONS = 256
# Strengths of the L2 penalty an image, strong to weak.
_PENALTIES = (1.0, 0.3, 0.1, 0.03, 0.01)
# Suspects are found by probabilities that differ in the first digit.
_TOLERANCE = 1e-5
_TINY = np.float32(1e-6)


@one_blas_thread()
def predict_out_of_fold(
    embeddings: Matrix,
    labels: Labels,
    *,
    groups: Labels | None = None,
    seed: int = 0,
) -> Matrix:
    """Probabilities float32 [N, K] of each image, by models that were fitted without it.

    The penalty is the one with the least log loss on the first fold.

    Args:
        embeddings: float32 [N, D].
        labels: classes of 0 to K - 1, int64 [N].
        groups: int64 [N], any numbers; images of one group stay in one fold, so that copies of an
            image do not vouch for each other. By default each is alone.
        seed: which images share a fold.
    """
    points, _ = project(embeddings, _DIRECTIONS)
    classes = int(labels.max()) + 1
    folds = split_into_folds(labels, groups, seed)
    probabilities = np.full((len(labels), classes), 1 / classes, np.float32)
    penalty = _best_penalty(points, labels, folds == 0)
    for fold in range(FOLDS):
        held_out = folds == fold
        if held_out.any() and not held_out.all():
            problem = LogisticRegression(points[~held_out], labels[~held_out], classes)
            model = problem.fit(penalty, tolerance=_TOLERANCE)
            probabilities[held_out] = softmax(model.logits(points[held_out]))
    return probabilities


def even_parts(embeddings: Matrix, parts: Sequence[int]) -> None:
    """Centre parts of embeddings [N, D] and divide each by its usual deviation, in place.

    So each counts as much as the others. `parts` are the widths of what the columns consist of.
    """
    start = 0
    for width in parts:
        part = embeddings[:, start : start + width]
        part -= part.mean(axis=0)
        part /= np.sqrt(np.mean(part**2)) + _TINY
        start += width


def split_into_folds(labels: Labels, groups: Labels | None, seed: int) -> Labels:
    """The fold of each image, int64 [N]: each class is spread over all folds."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    folds = np.empty(len(labels), np.int64)
    folds[by_class] = np.arange(len(labels)) % FOLDS
    if groups is None:
        return folds
    _, first, members = np.unique(groups, return_index=True, return_inverse=True)
    return folds[first[members]]


def _best_penalty(points: Matrix, labels: Labels, held_out: NDArray[np.bool_]) -> float:
    if not held_out.any() or held_out.all():
        return _PENALTIES[0]
    problem = LogisticRegression(points[~held_out], labels[~held_out], int(labels.max()) + 1)
    losses, model = [], None
    for penalty in _PENALTIES:
        model = problem.fit(penalty, start=model, tolerance=_TOLERANCE)
        losses.append(log_loss(softmax(model.logits(points[held_out])), labels[held_out]))
    return _PENALTIES[int(np.argmin(losses))]
