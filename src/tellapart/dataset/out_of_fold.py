"""What a model says of pictures that it was not shown: each is predicted by one fitted without it.

The model is a multinomial logistic regression on embeddings. It is fitted with a fixed bound on
the curvature (Böhning 1992, "Multinomial logistic regression algorithm"), so one inverse serves
all steps, sped up by momentum (Nesterov 1983): 55,000 pictures of ten classes take seconds.
"""

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.projection import project
from tellapart.runtime.linear_algebra import one_blas_thread

Matrix = NDArray[np.float32]
Labels = NDArray[np.int64]

FOLDS = 5
_DIRECTIONS = 256
# Strengths of the L2 penalty a picture, strong to weak.
_PENALTIES = (1.0, 0.3, 0.1, 0.03, 0.01)
_STEPS = 30


@one_blas_thread()
def predict_out_of_fold(
    embeddings: Matrix, labels: Labels, *, groups: Labels | None = None, seed: int = 0
) -> Matrix:
    """Probabilities float32 [N, K] of each picture, by models that were fitted without it.

    The penalty is the one with the least log loss on the first fold.

    Args:
        embeddings: float32 [N, D].
        labels: classes of 0 to K - 1, int64 [N].
        groups: int64 [N]; pictures of one group stay in one fold, so that copies of a picture do
            not vouch for each other. By default each is alone.
        seed: which pictures share a fold.
    """
    points = _points(embeddings)
    wanted = np.eye(int(labels.max()) + 1, dtype=np.float32)[labels]
    folds = split_into_folds(labels, groups, seed)
    probabilities = np.full(wanted.shape, 1 / wanted.shape[1], np.float32)
    penalty = _best_penalty(points, wanted, folds == 0)
    for fold in range(FOLDS):
        held_out = folds == fold
        if held_out.any() and not held_out.all():
            weights = _fit(points[~held_out], wanted[~held_out], penalty)
            probabilities[held_out] = _softmax(points[held_out] @ weights)
    return probabilities


def split_into_folds(labels: Labels, groups: Labels | None, seed: int) -> Labels:
    """The fold of each picture, int64 [N]: each class is spread over all folds."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    folds = np.empty(len(labels), np.int64)
    folds[by_class] = np.arange(len(labels)) % FOLDS
    return folds if groups is None else folds[groups]


def _points(embeddings: Matrix) -> Matrix:
    """The embeddings along few directions, of about unit size, and a 1 for the bias."""
    points, _ = project(embeddings, _DIRECTIONS)
    points /= max(float(points.std()), 1e-6)
    return np.concatenate([points, np.ones((len(points), 1), np.float32)], axis=1)


def _best_penalty(points: Matrix, wanted: Matrix, held_out: NDArray[np.bool_]) -> float:
    if not held_out.any() or held_out.all():
        return _PENALTIES[0]
    losses = []
    weights = None
    for penalty in _PENALTIES:
        weights = _fit(points[~held_out], wanted[~held_out], penalty, weights)
        right = (_softmax(points[held_out] @ weights) * wanted[held_out]).sum(axis=1)
        losses.append(-float(np.log(np.maximum(right, 1e-6)).mean()))
    return _PENALTIES[int(np.argmin(losses))]


def _fit(points: Matrix, wanted: Matrix, penalty: float, start: Matrix | None = None) -> Matrix:
    """Weights float32 [D + 1, K]; the bias is hardly penalised."""
    penalties = np.full((points.shape[1], 1), penalty * len(points), np.float32)
    penalties[-1] = 1e-3
    curvature = (points.T @ points) / 2 + np.diag(penalties[:, 0])
    inverse = np.linalg.inv(curvature).astype(np.float32)
    weights = np.zeros((points.shape[1], wanted.shape[1]), np.float32) if start is None else start
    ahead = weights
    for step in range(_STEPS):
        gradient = points.T @ (wanted - _softmax(points @ ahead)) - penalties * ahead
        moved = ahead + inverse @ gradient
        ahead = moved + (step / (step + 3)) * (moved - weights)
        weights = moved
    return weights


def _softmax(logits: Matrix) -> Matrix:
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    return logits
