"""Would more images help? The accuracy of a head that is fitted on shares of the images."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tellapart.evaluation.calibration import softmax
from tellapart.evaluation.metrics import log_loss, wilson_interval
from tellapart.jobs.contracts import CurvePoint, LearningCurve
from tellapart.runtime.logistic_regression import (
    LIKELY_STRENGTHS,
    LabeledRows,
    LinearModel,
    LogisticRegression,
)

# Each twice the one before; how often each is drawn: small shares differ more.
_SHARES = {1 / 16: 4, 1 / 8: 3, 1 / 4: 2, 1 / 2: 2, 1.0: 1}
_FEWEST_OF_A_CLASS = 2
# Of the whole curve one strength, found on so many images.
_PILOT_IMAGES = 4000
# The last points that tell how the curve goes on.
_TAIL = 3
# Judged by fewer, one image is more than 5 points: neither a gain nor its lack can be seen.
_FEWEST_JUDGED = 20
_ROUGH = 1e-5
_WORTH_IT = 0.005
_TOO_FEW = "There are too few pictures to tell; more of them nearly always help."


def learning_curve(
    train: LabeledRows,
    judge: LabeledRows,
    *,
    seed: int = 0,
    check: Callable[[], None] = lambda: None,
) -> LearningCurve:
    """Fit heads on growing shares of `train`, each class alike; judge all on `judge`.

    Accuracy is carried on by the power law of the last points: errors fall by the same factor
    with each doubling (Hestness et al. 2017, "Deep learning scaling is predictable, empirically").

    Args:
        train: embeddings float32 [N, D] and classes int64 [N]; each of 0 to K - 1 occurs.
        judge: the same, of other images; not empty.
        seed: which images are in a share.
        check: called between fits; may raise to stop.
    """
    rng = np.random.default_rng(seed)
    strength = _strength(train, judge, rng, check)
    points = []
    counts = np.bincount(train[1])
    for share, repeats in _SHARES.items():
        if share < 1 and np.median(counts) * share < _FEWEST_OF_A_CLASS:
            continue
        found = []
        for _ in range(repeats):
            check()
            rows = _stratified(train[1], share, rng)
            found.append(_accuracy(_fit(train, rows, strength), judge))
        points.append(_point(share, len(rows), float(np.mean(found)), len(judge[1])))
    known = len(points) >= _TAIL and len(judge[1]) >= _FEWEST_JUDGED
    gain = _gain_of_doubling(points, len(judge[1])) if known else 0.0
    return LearningCurve(
        points=points,
        expected_gain=gain,
        worth_more=not known or gain >= _WORTH_IT,
        verdict=_verdict(gain) if known else _TOO_FEW,
    )


def _stratified(y: NDArray[np.int64], share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows of so large a share of each class, at least one of each, in order."""
    parts = []
    for label in range(int(y.max()) + 1):
        rows = rng.permutation(np.flatnonzero(y == label))
        parts.append(rows[: max(1, round(share * len(rows)))])
    return np.sort(np.concatenate(parts))


def _strength(
    train: LabeledRows, judge: LabeledRows, rng: np.random.Generator, check: Callable[[], None]
) -> float:
    rows = _stratified(train[1], min(1.0, _PILOT_IMAGES / len(train[1])), rng)
    losses = []
    for strength in LIKELY_STRENGTHS:
        check()
        model = _fit(train, rows, strength)
        losses.append(log_loss(softmax(model.logits(judge[0])), judge[1]))
    return LIKELY_STRENGTHS[int(np.argmin(losses))]


def _fit(train: LabeledRows, rows: NDArray[np.int64], strength: float) -> LinearModel:
    whole = len(rows) == len(train[1])
    embeddings, y = train if whole else (train[0][rows], train[1][rows])
    problem = LogisticRegression(embeddings, y, int(train[1].max()) + 1)
    return problem.fit(1 / (strength * len(y)), tolerance=_ROUGH)


def _accuracy(model: LinearModel, judge: LabeledRows) -> float:
    return float((model.logits(judge[0]).argmax(axis=1) == judge[1]).mean())


def _point(share: float, images: int, accuracy: float, judged: int) -> CurvePoint:
    low, high = wilson_interval(round(accuracy * judged), judged)
    return CurvePoint(share=share, images=images, accuracy=accuracy, low=low, high=high)


def _gain_of_doubling(points: list[CurvePoint], judged: int) -> float:
    """What is left of the errors falls as it did over the last points; never below no gain."""
    tail = points[-_TAIL:]
    # Half an error more: no error at all is no proof that there never is one.
    errors = [(1 - point.accuracy) + 0.5 / judged for point in tail]
    slope = float(np.polyfit(np.log2([point.images for point in tail]), np.log2(errors), 1)[0])
    last = 1 - tail[-1].accuracy
    return last * (1 - 2 ** min(slope, 0.0))


def _verdict(gain: float) -> str:
    if gain >= _WORTH_IT:
        return (
            f"Twice as many pictures would bring about {gain * 100:.1f} points more accuracy: "
            "worth it."
        )
    return "More of the same pictures would bring next to nothing."
