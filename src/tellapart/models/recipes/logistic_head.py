"""The head of the probe: a regularised logistic regression on embeddings."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from tellapart.evaluation.calibration import softmax
from tellapart.evaluation.metrics import log_loss
from tellapart.models.training_data import UNEQUAL

# Inverse strengths of the L2 penalty, strong to weak. Measured on photos, the best lie inside.
STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
_WITHOUT_VALIDATION = 0.1
_MAX_ITERATIONS = 1000
_GRADIENT_TOLERANCE = 1e-3


@dataclass(frozen=True)
class LogisticHead:
    """Linear: logits = embeddings @ weights + bias; float64 [D, K] and [K]."""

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    inverse_regularization: float
    balanced: bool
    converged: bool

    def logits(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits float32 [N, K] of embeddings [N, D]."""
        return (embeddings.astype(np.float64) @ self.weights + self.bias).astype(np.float32)


def fit_head(
    train: tuple[NDArray[np.float32], NDArray[np.int64]],
    validation: tuple[NDArray[np.float32], NDArray[np.int64]],
    *,
    seed: int,
    report: Callable[[float, float | None], None],
) -> LogisticHead:
    """Fit on train; the strength of the penalty is the one with the least log loss on validation.

    Each class of 0 to K - 1 must occur in train. Validation may be empty.

    Args:
        train: embeddings [N, D] and classes [N].
        validation: the same.
        seed: for the solver.
        report: told each strength and its log loss on validation; may raise to stop.
    """
    embeddings, y = train
    scaling = _Scaling.of(embeddings)
    scaled = scaling.apply(embeddings)
    counts = np.bincount(y)
    balanced = bool(counts.max() >= UNEQUAL * counts.min())
    best, best_loss = None, np.inf
    for strength in STRENGTHS if len(validation[1]) else (_WITHOUT_VALIDATION,):
        head = _fit(scaled, y, scaling, strength, balanced=balanced, seed=seed)
        loss = _validation_loss(head, *validation)
        report(strength, loss)
        if best is None or (loss is not None and loss < best_loss):
            best, best_loss = head, np.inf if loss is None else loss
    assert best is not None
    return best


@dataclass(frozen=True)
class _Scaling:
    """Centre each feature; divide all by one number, so that weak features stay weak.

    Measured on photos, this beats dividing each feature by its own deviation: that makes noise of
    the features that hardly ever answer.
    """

    mean: NDArray[np.float64]
    deviation: float

    @classmethod
    def of(cls, embeddings: NDArray[np.float32]) -> "_Scaling":
        deviation = float(np.sqrt(embeddings.var(axis=0, dtype=np.float64).mean()))
        return cls(embeddings.mean(axis=0, dtype=np.float64), max(deviation, 1e-6))

    def apply(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        return (embeddings - self.mean) / self.deviation


def _fit(
    scaled: NDArray[np.float64],
    y: NDArray[np.int64],
    scaling: _Scaling,
    strength: float,
    *,
    balanced: bool,
    seed: int,
) -> LogisticHead:
    model = LogisticRegression(
        C=strength,
        class_weight="balanced" if balanced else None,
        max_iter=_MAX_ITERATIONS,
        tol=_GRADIENT_TOLERANCE,
        random_state=seed,
    )
    with warnings.catch_warnings():
        # Told by `converged` instead.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(scaled, y)
    coefficients, intercept = model.coef_, model.intercept_
    if len(coefficients) == 1:
        # Of two classes scikit-learn keeps one logit; half of it for, half against, is the same.
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercept = np.concatenate([-intercept, intercept]) / 2
    weights = coefficients.T / scaling.deviation
    return LogisticHead(
        weights=weights,
        bias=intercept - scaling.mean @ weights,
        inverse_regularization=strength,
        balanced=balanced,
        converged=bool(model.n_iter_.max() < _MAX_ITERATIONS),
    )


def _validation_loss(
    head: LogisticHead, embeddings: NDArray[np.float32], y: NDArray[np.int64]
) -> float | None:
    return log_loss(softmax(head.logits(embeddings)), y) if len(y) else None
