"""The head of the probe: a regularised logistic regression on embeddings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.training_set import UNEQUAL
from tellapart.evaluation.calibration import softmax
from tellapart.evaluation.metrics import log_loss
from tellapart.runtime.logistic_regression import (
    STRENGTH_WITHOUT_VALIDATION,
    STRENGTHS,
    LabeledRows,
    LinearModel,
    LogisticRegression,
)
from tellapart.training.probe.warm_start import WarmStart

# Enough to compare strengths, whose losses differ in the third digit.
_ROUGH = 1e-5
# A fit that begins near its end is as exact with this as one from nothing with less.
_FROM_KNOWN = 5e-6
# The losses fall and then rise. One rise may be chance.
_RISES = 2

Report = Callable[[float, float | None], None]


@dataclass(frozen=True)
class LogisticHead:
    """Linear: logits = embeddings @ weights + bias; float64 [D, K] and [K].

    `validation_loss` is the log loss on validation; None where that is empty.
    """

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    inverse_regularization: float
    balanced: bool
    converged: bool
    validation_loss: float | None = None

    def logits(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits float32 [N, K] of embeddings [N, D]."""
        return LinearModel(self.weights, self.bias, self.converged).logits(embeddings)


def fit_head(
    train: LabeledRows,
    validation: LabeledRows,
    *,
    report: Report,
    known: WarmStart | None = None,
    weights: NDArray[np.float64] | None = None,
    parts: Sequence[int] | None = None,
) -> LogisticHead:
    """Fit on train; the strength of the penalty is the one with the least log loss on validation.

    Each class of 0 to K - 1 must occur in train. Validation may be empty. The last fit begins from
    nothing, so that the head depends on the images and the strength alone, bit for bit; or from
    the known head, which it then agrees with as far as a fit is exact.

    Args:
        train: embeddings [N, D] and classes [N].
        validation: the same.
        report: told each strength and its log loss on validation; may raise to stop.
        known: a head whose strength is taken, and from which the fit begins.
        weights: how much each image of train counts [N]; by default 1.
        parts: the widths of the parts that the embeddings consist of, each scaled as one.
    """
    y = train[1]
    counts = np.bincount(y, weights)
    images = len(y) if weights is None else float(weights.sum())
    balanced = bool(counts.max() >= UNEQUAL * counts.min())
    problem = _problem(train, weights, parts, balanced=balanced)
    strength = STRENGTH_WITHOUT_VALIDATION if known is None else known.strength
    if len(validation[1]) and known is None:
        strength = _best_strength(problem, _penalties(images, len(counts)), validation, report)
    penalty = _penalties(images, len(counts))(strength)
    if known is None or known.model is None:
        model = problem.fit(penalty)
    else:
        model = problem.fit(penalty, start=known.model, tolerance=_FROM_KNOWN)
    loss = _loss(model, validation) if len(validation[1]) else None
    report(strength, loss)
    return LogisticHead(model.weights, model.bias, strength, balanced, model.converged, loss)


def fit_like(head: LogisticHead, train: LabeledRows, parts: Sequence[int] | None) -> LogisticHead:
    """A head on other images of the same classes, with the strength of one that is known.

    It is fitted from nothing, roughly: it knows nothing of images that only the known head saw.
    """
    y = train[1]
    problem = _problem(train, None, parts, balanced=head.balanced)
    penalty = _penalties(len(y), int(y.max()) + 1)(head.inverse_regularization)
    model = problem.fit(penalty, tolerance=_ROUGH)
    return replace(head, weights=model.weights, bias=model.bias, converged=model.converged)


def _problem(
    train: LabeledRows,
    weights: NDArray[np.float64] | None,
    parts: Sequence[int] | None,
    *,
    balanced: bool,
) -> LogisticRegression:
    embeddings, y = train
    counts = np.bincount(y, weights)
    if balanced:
        weights = (1 if weights is None else weights) / counts[y]
    return LogisticRegression(embeddings, y, len(counts), row_weights=weights, parts=parts)


def _penalties(images: float, classes: int) -> Callable[[float], float]:
    """From a strength to the penalty on the mean loss.

    Of two classes scikit-learn keeps one logit, the difference of ours: its penalty counts twice.
    """
    return lambda strength: (2 if classes == 2 else 1) / (strength * images)


def _best_strength(
    problem: LogisticRegression,
    penalty: Callable[[float], float],
    validation: LabeledRows,
    report: Report,
) -> float:
    losses: list[float] = []
    model = None
    for strength in STRENGTHS:
        model = problem.fit(penalty(strength), start=model, tolerance=_ROUGH)
        losses.append(_loss(model, validation))
        report(strength, losses[-1])
        if len(losses) - 1 - int(np.argmin(losses)) >= _RISES:
            break
    return STRENGTHS[int(np.argmin(losses))]


def _loss(model: LinearModel, part: LabeledRows) -> float:
    return log_loss(softmax(model.logits(part[0])), part[1])
