"""Labels that are probably wrong, by confident learning (Northcutt et al. 2021).

"Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.label_check import LabelCheck

# Of a class with fewer images too little is left to learn from when some are held out.
FEWEST_IMAGES = 5
# Of the labels of ten well-known test sets (Northcutt, Athalye and Mueller 2021, "Pervasive Label
# Errors in Test Sets").
_USUALLY_WRONG = 0.03
# More than this are taken for mistakes of the model.
_MOST_WRONG = 0.2
# Of the images: as many as the model is surest of.
_SUREST = 0.2
# Of what is listed, at least this share should have a wrong label, unless the list is short.
_LEAST_WRONG = 0.25
_FEW_SUSPECTS = 5
# A model that misses more of the right labels says little even where it is sure; so does one that
# makes up for less of what always naming the largest class would miss.
_LEAST_ACCURACY, _LEAST_BEYOND_CHANCE = 0.7, 0.3


@dataclass(frozen=True)
class LabelIssues:
    """What is found of N labels.

    Attributes:
        scores: float32 [N], the probability of the given class; 1 where it cannot be judged.
        suspects: bool [N].
        suggested: int64 [N], the class that a suspect seems to be; of others, the given one.
    """

    scores: NDArray[np.float32]
    suspects: NDArray[np.bool_]
    suggested: NDArray[np.int64]


def find_label_issues(
    probabilities: NDArray[np.float32], labels: NDArray[np.int64], *, threshold: float = 1.0
) -> LabelIssues:
    """Compare labels with what a model says that was fitted without them.

    An image is a suspect when another class reaches the probability that images of that class
    have on average, and its own class stays under the threshold.

    Args:
        probabilities: float32 [N, K], see `out_of_fold`.
        labels: the given classes, of 0 to K - 1, int64 [N].
        threshold: the score from which on a label is never suspected.
    """
    rows = np.arange(len(labels))
    own = probabilities[rows, labels]
    judged = are_judged(labels, probabilities.shape[1])
    others = _reached(probabilities, labels)
    others[rows, labels] = 0
    suggested = others.argmax(axis=1)
    suspects = (others[rows, suggested] > own) & judged[labels] & (own < threshold)
    return LabelIssues(
        scores=np.where(judged[labels], own, np.float32(1)),
        suspects=suspects,
        suggested=np.where(suspects, suggested, labels),
    )


def are_judged(labels: NDArray[np.int64], classes: int) -> NDArray[np.bool_]:
    """The classes that have enough images: bool [K]."""
    return np.bincount(labels, minlength=classes) >= FEWEST_IMAGES


def _reached(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Those probabilities that reach the average self-confidence of their class; the others 0."""
    classes = probabilities.shape[1]
    own = probabilities[np.arange(len(labels)), labels]
    sums, counts = np.bincount(labels, own, minlength=classes), np.bincount(labels, None, classes)
    usual = np.where(are_judged(labels, classes), sums / np.maximum(counts, 1), np.inf)
    return np.where(probabilities >= usual.astype(np.float32), probabilities, np.float32(0))


def judge_check(
    probabilities: NDArray[np.float32],
    labels: NDArray[np.int64],
    found: LabelIssues,
    layers: str,
    features: str,
    *,
    threshold: float = 1.0,
) -> LabelCheck | None:
    """How far wrong labels could be told; None where no class has enough images.

    Args:
        probabilities: float32 [N, K], as those that `found` was found by.
        labels: the given classes, int64 [N].
        found: the suspects.
        layers: which features they are by, in words.
        features: the key of these.
        threshold: as in `find_label_issues`.
    """
    rows = np.flatnonzero(are_judged(labels, probabilities.shape[1])[labels])
    if not len(rows):
        return None
    some, y = probabilities[rows], labels[rows]
    accuracy = float((some.argmax(axis=1) == y).mean())
    weak = are_too_weak(some, y, found.suspects[rows], threshold=threshold)
    return LabelCheck(accuracy, len(rows), layers, weak, features)


def are_too_weak(
    probabilities: NDArray[np.float32],
    labels: NDArray[np.int64],
    suspects: NDArray[np.bool_],
    *,
    threshold: float = 1.0,
) -> bool:
    """Whether most of these suspects have the right label, since the model is not sure of any.

    How many labels are wrong is not known. It is taken to be as many as the model misses of those
    that it is surest of, which is hardly any where it is good and the labels are; or the usual
    share. How many of the wrong ones it would suspect can be counted: each image is given each
    other label. What is suspected beyond those has the right label.

    Args:
        probabilities: float32 [N, K], see `out_of_fold`, of N images of judged classes.
        labels: the given classes, int64 [N].
        suspects: bool [N].
        threshold: as in `find_label_issues`.
    """
    correct = probabilities.argmax(axis=1) == labels
    surest = np.argsort(-probabilities.max(axis=1), kind="stable")[: _share_of(_SUREST, labels)]
    missed = min(float(1 - correct[surest].mean()), _MOST_WRONG)
    chance = np.bincount(labels).max() / len(labels)
    beyond = (correct.mean() - chance) / max(1 - chance, 1 / len(labels))
    if correct.mean() < _LEAST_ACCURACY * (1 - missed) or beyond < _LEAST_BEYOND_CHANCE:
        return True
    if np.count_nonzero(suspects) <= _FEW_SUSPECTS:
        return False
    wrong = max(_USUALLY_WRONG, missed) * _found_if_wrong(probabilities, labels, threshold)
    return bool(wrong < _LEAST_WRONG * suspects.mean())


def _share_of(share: float, labels: NDArray[np.int64]) -> int:
    return max(1, int(share * len(labels)))


def _found_if_wrong(
    probabilities: NDArray[np.float32], labels: NDArray[np.int64], threshold: float
) -> float:
    """The share of the images that would be suspects if they had another label, whatever one."""
    rows, classes = np.arange(len(labels)), probabilities.shape[1]
    reached = _reached(probabilities, labels)
    best = reached.argmax(axis=1)
    most = np.repeat(reached[rows, best][:, None], classes, axis=1)
    reached[rows, best] = 0
    most[rows, best] = reached.max(axis=1)
    found = (most > probabilities) & (probabilities < threshold)
    found[rows, labels] = False
    return float(found.sum() / (len(labels) * (classes - 1)))
