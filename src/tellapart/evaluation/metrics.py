"""How good predictions are: the numbers of one test split."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field

from tellapart.evaluation.calibration import (
    ReliabilityBin,
    expected_calibration_error,
    reliability_bins,
)

_NORMAL_975 = 1.959963984540054
# float32 probabilities underflow to 0; log loss then counts them as this, as scikit-learn does.
_SMALLEST_PROBABILITY = float(np.finfo(np.float32).eps)


class ModelMetrics(BaseModel):
    """The scalars of one evaluation; shares and scores are in 0 to 1."""

    model_config = ConfigDict(frozen=True)

    accuracy: float
    accuracy_low: float = Field(description="Lower end of the 95% interval.")
    accuracy_high: float
    precision_macro: float
    recall_macro: float
    f1_macro: float
    precision_weighted: float
    recall_weighted: float
    f1_weighted: float
    log_loss: float
    ece: float = Field(description="Expected calibration error.")
    top_5_accuracy: float | None = Field(None, description="Null with up to five classes.")
    roc_auc_macro: float | None = Field(
        None, description="Mean of one class against the rest; null where it is not defined."
    )
    total: int = Field(description="Test pictures.")


class ClassMetrics(BaseModel):
    """How well one class is told apart."""

    label: str
    precision: float | None = Field(description="Null, as the others, without test pictures.")
    recall: float | None
    f1: float | None
    support: int = Field(description="Test pictures of this class.")


@dataclass(frozen=True)
class ClassificationReport:
    """All numbers of one evaluation; shares and scores are in 0 to 1."""

    total: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    top_5_accuracy: float | None
    roc_auc_macro: float | None
    precision_macro: float
    recall_macro: float
    f1_macro: float
    precision_weighted: float
    recall_weighted: float
    f1_weighted: float
    log_loss: float
    ece: float
    class_names: tuple[str, ...]
    per_class: tuple[ClassMetrics, ...]
    confusion_matrix: tuple[tuple[int, ...], ...]
    reliability: tuple[ReliabilityBin, ...]

    def metrics(self) -> ModelMetrics:
        """The scalars."""
        low, high = self.accuracy_interval
        named = {name: getattr(self, name, None) for name in ModelMetrics.model_fields}
        return ModelMetrics.model_validate({**named, "accuracy_low": low, "accuracy_high": high})

    def to_json(self) -> dict[str, Any]:
        """Everything, in plain lists, numbers and strings."""
        return {
            "total": self.total,
            "metrics": self.metrics().model_dump(),
            "class_names": list(self.class_names),
            "per_class": [score.model_dump() for score in self.per_class],
            "confusion_matrix": [list(row) for row in self.confusion_matrix],
            "reliability": [asdict(entry) for entry in self.reliability],
        }


def classification_report(
    y_true: ArrayLike, probabilities: ArrayLike, class_names: tuple[str, ...] | list[str]
) -> ClassificationReport:
    """Score predictions.

    A score whose denominator is zero is 0. A class without test images has support 0 and no
    scores, and does not count in the macro averages. `top_5_accuracy` is None up to five classes,
    where it would always be 1.

    Args:
        y_true: int [N], class indices.
        probabilities: float [N, K], rows sum to 1; the guess is the largest.
        class_names: K names.

    Raises:
        ValueError: the shapes do not fit each other, or there is nothing to score.
    """
    y, p = _checked(y_true, probabilities, len(class_names))
    y_pred = p.argmax(axis=1)
    matrix = confusion_matrix(y, y_pred, len(class_names))
    precision, recall, f1 = _scores(matrix)
    support = matrix.sum(axis=1)
    correct = int(np.trace(matrix))
    present = support > 0
    bins = reliability_bins(p, y)
    return ClassificationReport(
        total=len(y),
        accuracy=correct / len(y),
        accuracy_interval=wilson_interval(correct, len(y)),
        top_5_accuracy=_top_accuracy(y, p, 5) if p.shape[1] > 5 else None,
        roc_auc_macro=roc_auc_macro(y, p),
        precision_macro=float(precision[present].mean()),
        recall_macro=float(recall[present].mean()),
        f1_macro=float(f1[present].mean()),
        precision_weighted=float(np.average(precision, weights=support)),
        recall_weighted=float(np.average(recall, weights=support)),
        f1_weighted=float(np.average(f1, weights=support)),
        log_loss=log_loss(p, y),
        ece=expected_calibration_error(p, y),
        class_names=tuple(class_names),
        per_class=tuple(
            ClassMetrics(
                label=name,
                precision=float(precision[k]) if present[k] else None,
                recall=float(recall[k]) if present[k] else None,
                f1=float(f1[k]) if present[k] else None,
                support=int(support[k]),
            )
            for k, name in enumerate(class_names)
        ),
        confusion_matrix=tuple(tuple(int(count) for count in row) for row in matrix),
        reliability=bins,
    )


def score_in_words(score: float | None) -> str:
    """A score of 0 to 1 for people."""
    return "not measured" if score is None else f"{score:.3f}"


def confusion_matrix(
    y_true: NDArray[np.int64], y_pred: NDArray[np.int64], classes: int
) -> NDArray[np.int64]:
    """Counts [K, K]: rows are the true class, columns the predicted one."""
    cells = np.bincount(y_true * classes + y_pred, minlength=classes * classes)
    return cells.reshape(classes, classes).astype(np.int64)


def wilson_interval(successes: int, total: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson 1927); right also near 0 and 1 and for small totals."""
    if total == 0:
        return 0.0, 1.0
    z, share = _NORMAL_975, successes / total
    scale = 1 + z**2 / total
    centre = (share + z**2 / (2 * total)) / scale
    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / scale
    return float(max(0.0, centre - half)), float(min(1.0, centre + half))


def log_loss(probabilities: NDArray[np.float64], y_true: NDArray[np.int64]) -> float:
    """Mean of -ln(probability of the true class), in nats."""
    given = probabilities[np.arange(len(y_true)), y_true]
    return float(-np.log(np.clip(given, _SMALLEST_PROBABILITY, 1.0)).mean())


def roc_auc_macro(y_true: NDArray[np.int64], probabilities: NDArray[np.float64]) -> float | None:
    """The area under the ROC curve of each class against the rest, averaged over the classes.

    It is the share of pairs, one image of the class and one of the others, that the probability
    of the class puts in order (Mann and Whitney 1947); ties count half. Classes without images
    are left out.

    Returns:
        None when all images are of one class.
    """
    areas = []
    for number in np.unique(y_true):
        mine = y_true == number
        count, others = int(mine.sum()), int((~mine).sum())
        if others:
            ranks = _ranks(probabilities[:, number])
            won = ranks[mine].sum() - count * (count + 1) / 2
            areas.append(won / (count * others))
    return float(np.mean(areas)) if areas else None


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: NDArray[np.float64] = (last - (counts - 1) / 2)[place]
    return ranks


def _scores(matrix: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
    hits = np.diag(matrix).astype(np.float64)
    predicted, support = matrix.sum(axis=0), matrix.sum(axis=1)
    return (
        _ratio(hits, predicted),
        _ratio(hits, support),
        _ratio(2 * hits, predicted + support),
    )


def _ratio(part: NDArray[np.float64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _top_accuracy(y: NDArray[np.int64], p: NDArray[np.float64], top: int) -> float:
    # An image is in the top when fewer than `top` classes are strictly more probable.
    given = p[np.arange(len(y)), y]
    return float(((p > given[:, None]).sum(axis=1) < top).mean())


def _checked(
    y_true: ArrayLike, probabilities: ArrayLike, classes: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    y = np.asarray(y_true, dtype=np.int64)
    p = np.asarray(probabilities, dtype=np.float64)
    if y.ndim != 1 or p.shape != (len(y), classes):
        raise ValueError(f"y_true {y.shape} and probabilities {p.shape} for {classes} classes")
    if len(y) == 0:
        raise ValueError("no predictions to score")
    if y.min() < 0 or y.max() >= classes:
        raise ValueError(f"a class index outside 0 to {classes - 1}")
    return y, p
