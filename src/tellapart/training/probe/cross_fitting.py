"""How well features tell classes apart: each image is answered by a fit without it, in a second.

Ridge regression on the classes has its leave-one-out answers in closed form (Allen 1974, PRESS;
Rifkin and Lippert 2007), so a candidate costs one decomposition of the inner products of all
images. With a softmax behind them the answers rank candidates as logistic heads do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tellapart.runtime.linear_algebra import one_blas_thread

Kernel = NDArray[np.float32]

# Of features whose parts have the deviation 1.
_PENALTIES = tuple(float(10 ** (step / 2)) for step in range(11))
# What the answers, of about 0 and 1, are multiplied by before the softmax.
_SHARPNESS = (4.0, 5.7, 8.0, 11.3, 16.0, 22.6, 32.0)
_TINY = 1e-6
# Of log loss. Where a candidate is right on all images, another may be surer by less than matters.
_LEAST_GAIN = 0.005


@dataclass(frozen=True)
class CrossFit:
    """What was said of images by fits without them; `losses` are their log losses [N]."""

    accuracy: float
    losses: NDArray[np.float64]

    @property
    def loss(self) -> float:
        """The mean log loss."""
        return float(self.losses.mean())

    def clearly_better(self, other: "CrossFit") -> bool:
        """Whether it is better on the same images by more than a standard error, and noticeably."""
        gains = other.losses - self.losses
        standard_error = gains.std() / np.sqrt(len(gains))
        return bool(gains.mean() > max(standard_error, _LEAST_GAIN))


@one_blas_thread()
def inner_products(features: NDArray[np.float32], parts: Sequence[int]) -> Kernel:
    """Inner products float32 [N, N] of centred features [N, D], each part scaled to deviation 1.

    `parts` are the widths of what the columns consist of, D in all.
    """
    kernel = np.zeros((len(features), len(features)), np.float32)
    start = 0
    for width in parts:
        part = features[:, start : start + width]
        part = part - part.mean(axis=0)
        part /= np.sqrt((part**2).mean()) + _TINY
        kernel += part @ part.T
        start += width
    return kernel


@one_blas_thread()
def cross_fit(kernel: Kernel, y: NDArray[np.int64]) -> CrossFit:
    """The leave-one-out answers at the penalty and sharpness of the least log loss.

    Args:
        kernel: inner products float32 [N, N] of centred features.
        y: classes [N].
    """
    _, y = np.unique(y, return_inverse=True)
    answers = np.eye(int(y.max()) + 1, dtype=np.float32)[y]
    mean = answers.mean(axis=0)
    variances, axes = np.linalg.eigh(kernel)
    variances = np.maximum(variances, 0)
    turned, squares = axes.T @ (answers - mean), axes**2
    best: CrossFit | None = None
    for penalty in _PENALTIES:
        kept = variances / (variances + np.float32(penalty))
        leverage = np.minimum(squares @ kept + 1 / len(y), 1 - _TINY)
        residuals = answers - mean - (axes * kept) @ turned
        left_out = answers - residuals / (1 - leverage)[:, None]
        found = _judge(left_out, y)
        if best is None or found.loss < best.loss:
            best = found
    assert best is not None
    return best


def _judge(left_out: NDArray[np.float32], y: NDArray[np.int64]) -> CrossFit:
    accuracy = float((left_out.argmax(axis=1) == y).mean())
    every = np.arange(len(y))
    losses = []
    for sharpness in _SHARPNESS:
        logits = (left_out * sharpness).astype(np.float64)
        logits -= logits.max(axis=1, keepdims=True)
        losses.append(np.log(np.exp(logits).sum(axis=1)) - logits[every, y])
    return CrossFit(accuracy, min(losses, key=lambda each: float(each.mean())))
