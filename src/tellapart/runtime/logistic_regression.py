"""Multinomial logistic regression with an L2 penalty, for tens of thousands of embeddings.

L-BFGS (Nocedal 1980) in single precision, several blocks of rows at once. It starts each search
direction from the inverse curvature of a sample of the rows, with the curvature of each row shared
by all classes: without that, features as unequal as embeddings are take ten times the steps.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tellapart.runtime.cpu_budget import usable_cores
from tellapart.runtime.linear_algebra import one_blas_thread

# Inverse strengths of the L2 penalty, strong to weak, as scikit-learn counts them: the penalty is
# that of the sum over all images. Measured on photos, the best lie inside.
STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
# Where trying them all would take too long: fewer, or one.
LIKELY_STRENGTHS = (0.003, 0.01, 0.03, 0.1)
USUAL_STRENGTH = 0.03
STRENGTH_WITHOUT_VALIDATION = 0.1

Rows = NDArray[np.float32]
Labels = NDArray[np.int64]
# Features of images [N, D], and the class number of each [N].
LabeledRows = tuple[Rows, Labels]
Array = NDArray[np.float64]

# The estimate at which a fit ends, in nats. Of 45,000 embeddings of small images the loss is then
# 1e-5 above its minimum, and the log loss of other images the same in four digits.
TOLERANCE = 5e-7

_BLOCK_ROWS = 1024  # of 1,280 features: stays in the cache from one product to the next
_SAMPLE_ROWS = 4096
_MEMORY = 15
_MAX_STEPS = 500
# The loss is a sum of single-precision numbers: less than this share of it is noise.
_NOISE = 1e-7
_LEAST_DEVIATION = 1e-6
# For a rough fit an inverse serves penalties of up to so many times its own, more or less. Further
# off, the fit would believe itself nearer to the minimum than it is.
_ABOUT = 3.5
_BIAS_PENALTY = 1e-6  # of the preconditioner alone; the bias itself is free


@dataclass(frozen=True)
class LinearModel:
    """Logits = rows @ weights + bias; float64 [D, K] and [K]."""

    weights: Array
    bias: Array
    converged: bool

    def logits(self, rows: Rows) -> Rows:
        """Logits float32 [N, K] of rows [N, D]."""
        return rows @ self.weights.astype(np.float32) + self.bias.astype(np.float32)


class LogisticRegression:
    """Rows with their classes, on which models of several penalties are fitted.

    Features are centred and those of one part all divided by one number, their usual deviation, so
    that weak features stay weak: measured on photos, this beats dividing each by its own, which
    makes noise of the features that hardly ever answer.
    """

    def __init__(
        self,
        rows: Rows,
        labels: Labels,
        classes: int,
        *,
        row_weights: Array | None = None,
        parts: Sequence[int] | None = None,
    ) -> None:
        """Prepare to fit.

        Args:
            rows: float32 [N, D].
            labels: classes of 0 to `classes` - 1, int64 [N].
            classes: K.
            row_weights: float64 [N], how much each row counts; by default the same.
            parts: how many columns each part has, D in all; by default they are one.
        """
        self._rows, self._labels, self._classes = rows, labels, classes
        # Weights of the rows are basis @ weights of the reduced ones.
        self._basis: Rows | None = None
        self._inverse_basis: Rows | None = None
        given = np.ones(len(rows)) if row_weights is None else row_weights
        self._row_weights = (given / given.sum()).astype(np.float32)
        self._starts = range(0, len(rows), _BLOCK_ROWS)
        self._inverse: tuple[float, Rows] | None = None
        with one_blas_thread(), ThreadPoolExecutor(usable_cores()) as pool:
            self._mean, self._deviations = self._scaling(pool, parts or [rows.shape[1]])
            if 2 * len(rows) <= rows.shape[1]:
                self._reduce()

    def _reduce(self) -> None:
        """Fit in the space that the rows span, which is smaller; the least loss lies in it."""
        deviations: Rows = self._deviations.astype(np.float32)
        self._rows = self._rows / deviations
        basis: Rows = np.linalg.qr(self._rows.T)[0]
        self._rows = self._rows @ basis
        self._mean = (self._mean / deviations) @ basis
        self._basis = basis / deviations[:, None]
        self._inverse_basis = basis * deviations[:, None]
        self._deviations = np.ones(basis.shape[1])

    @one_blas_thread()
    def fit(
        self,
        penalty: float,
        *,
        start: LinearModel | None = None,
        tolerance: float = TOLERANCE,
    ) -> LinearModel:
        """The model with the least mean log loss + penalty / 2 * (sum of squared weights).

        The weights are those of the scaled features; the bias is not penalised. The same call
        gives the same model, bit for bit, whatever the number of cores. A rough one, with a larger
        tolerance than usual, may take its direction from the curvature that the last one found.

        Args:
            penalty: more than 0.
            start: where the search begins: near the answer, it takes fewer steps.
            tolerance: by how much, at most, the loss may be above the least one, in nats.
        """
        point = self._scaled(start)
        inverse = self._inverse_near(point, penalty, fresh=tolerance <= TOLERANCE)
        with ThreadPoolExecutor(usable_cores()) as pool:
            found, converged = _minimise(
                lambda point: self._loss(point, penalty, pool), point, inverse, tolerance
            )
        model = self._unscaled(found, converged=converged)
        if self._basis is None:
            return model
        return replace(model, weights=self._basis @ model.weights)

    def _scaling(self, pool: ThreadPoolExecutor, parts: Sequence[int]) -> tuple[Array, Array]:
        """The mean of each column, and the usual deviation of its part: float64 [D] both."""

        def sums(start: int) -> tuple[Rows, Rows]:
            block = self._rows[start : start + _BLOCK_ROWS]
            return block.sum(axis=0), np.einsum("nd,nd->d", block, block)

        total, squares = np.zeros(self._rows.shape[1]), np.zeros(self._rows.shape[1])
        for block_sum, block_squares in pool.map(sums, self._starts):
            total += block_sum
            squares += block_squares
        mean = total / len(self._rows)
        starts = np.cumsum([0, *parts[:-1]])
        variances = np.add.reduceat(squares / len(self._rows) - mean**2, starts) / parts
        deviations = np.maximum(np.sqrt(np.maximum(variances, 0)), _LEAST_DEVIATION)
        return mean, np.repeat(deviations, parts)

    def _scaled(self, model: LinearModel | None) -> Array:
        """The weights for scaled features, the bias below them: float64 [D + 1, K].

        Where the rows were reduced, D is theirs.
        """
        if model is None:
            return np.zeros((self._rows.shape[1] + 1, self._classes))
        weights = model.weights
        if self._inverse_basis is not None:
            weights = self._inverse_basis.T @ weights
        bias = model.bias + self._mean @ weights
        return np.concatenate([weights * self._deviations[:, None], bias[None]])

    def _unscaled(self, point: Array, *, converged: bool) -> LinearModel:
        weights = point[:-1] / self._deviations[:, None]
        return LinearModel(weights, point[-1] - self._mean @ weights, converged)

    def _loss(self, point: Array, penalty: float, pool: ThreadPoolExecutor) -> tuple[float, Array]:
        """The penalised loss at a point [D + 1, K], and its gradient."""
        model = self._unscaled(point, converged=True)
        loss, gradient = penalty / 2 * float((point[:-1] ** 2).sum()), np.zeros_like(point)
        parts = pool.map(lambda start: self._loss_of_block(start, model), self._starts)
        for part_loss, products, sums in parts:
            loss += part_loss
            gradient[:-1] += products
            gradient[-1] += sums
        gradient[:-1] -= np.outer(self._mean, gradient[-1])
        gradient[:-1] /= self._deviations[:, None]
        gradient[:-1] += penalty * point[:-1]
        return loss, gradient

    def _loss_of_block(self, start: int, model: LinearModel) -> tuple[float, Rows, Array]:
        block = slice(start, start + _BLOCK_ROWS)
        rows, labels, counts = self._rows[block], self._labels[block], self._row_weights[block]
        errors = model.logits(rows)
        errors -= errors.max(axis=1, keepdims=True)
        every = np.arange(len(labels))
        own = errors[every, labels]
        np.exp(errors, out=errors)
        sums = errors.sum(axis=1)
        loss = float(np.dot(np.log(sums) - own, counts.astype(np.float64)))
        errors /= sums[:, None]
        errors[every, labels] -= 1
        errors *= counts[:, None]
        return loss, (errors.T @ rows).T, errors.sum(axis=0, dtype=np.float64)

    def _inverse_near(self, point: Array, penalty: float, *, fresh: bool) -> Rows:
        """The last inverse where that was made for about this penalty, unless it must be fresh.

        With few rows, inverting takes longer than all the steps.
        """
        if self._inverse is not None and not fresh:
            made_for, inverse = self._inverse
            if 1 / _ABOUT <= penalty / made_for <= _ABOUT:
                return inverse
        inverse = self._inverse_curvature(point, penalty)
        self._inverse = penalty, inverse
        return inverse

    def _inverse_curvature(self, point: Array, penalty: float) -> Rows:
        """About the inverse of the second derivative at a point, one for all classes.

        That of one row is diag(p) - p p' times its outer product; the mean of the eigenvalues of
        the first, apart from the 0, is (1 - sum of p squared) / (K - 1).
        """
        every = -(-len(self._rows) // _SAMPLE_ROWS)
        rows = (self._rows[::every] - self._mean) / self._deviations
        sample = np.concatenate([rows, np.ones((len(rows), 1))], axis=1).astype(np.float32)
        logits = sample @ point.astype(np.float32)
        probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        counts = self._row_weights[::every] / self._row_weights[::every].sum()
        shares = (1 - (probabilities**2).sum(axis=1)) / max(self._classes - 1, 1) * counts
        sample *= np.sqrt(np.maximum(shares, 0))[:, None]
        curvature: Array = (sample.T @ sample).astype(np.float64)
        diagonal = np.full(len(curvature), penalty)
        diagonal[-1] = _BIAS_PENALTY
        curvature[np.diag_indices_from(curvature)] += diagonal
        # Which way to go need not be exact, and half the bytes are read in half the time.
        inverse: Rows = np.linalg.inv(curvature).astype(np.float32)
        return inverse


def _minimise(
    loss: Callable[[Array], tuple[float, Array]], point: Array, inverse: Rows, tolerance: float
) -> tuple[Array, bool]:
    """L-BFGS; ends when half the squared gradient, measured by `inverse`, is within `tolerance`.

    For a quadratic function with that inverse curvature this is how far above its minimum it is.
    """
    steps: deque[_Step] = deque(maxlen=_MEMORY)
    value, gradient = loss(point)
    turned, unit = _times(inverse, gradient), 1.0
    for _ in range(_MAX_STEPS):
        if float(np.vdot(gradient, turned)) / 2 <= tolerance:
            return point, True
        direction = -_bent(gradient, steps, inverse, unit)
        slope, length = float(np.vdot(direction, gradient)), 1.0
        while True:
            ahead, ahead_gradient = loss(point + length * direction)
            if ahead <= value + 1e-4 * length * slope + _NOISE * abs(value):
                break
            length /= 2
            if length < 1e-4:
                return point, False
        moved, change = length * direction, ahead_gradient - gradient
        ahead_turned = _times(inverse, ahead_gradient)
        if (curved := float(np.vdot(moved, change))) > 0:
            steps.append((moved, change, curved))
            # How much steeper the loss is along this step than the inverse makes it.
            unit = curved / float(np.vdot(change, ahead_turned - turned))
        point, value, gradient, turned = point + moved, ahead, ahead_gradient, ahead_turned
    return point, False


_Step = tuple[Array, Array, float]


def _bent(gradient: Array, steps: Iterable[_Step], inverse: Rows, unit: float) -> Array:
    """The gradient, turned by what the last steps showed of the curvature (two-loop recursion)."""
    known = list(steps)
    rest, shares = gradient.copy(), []
    for moved, change, curved in reversed(known):
        shares.append(float(np.vdot(moved, rest)) / curved)
        rest -= shares[-1] * change
    turned = unit * _times(inverse, rest)
    for (moved, change, curved), share in zip(known, reversed(shares), strict=True):
        turned += (share - float(np.vdot(change, turned)) / curved) * moved
    return turned


def _times(inverse: Rows, gradient: Array) -> Array:
    return (inverse @ gradient.astype(np.float32)).astype(np.float64)
