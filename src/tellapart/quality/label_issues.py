"""Labels that are probably wrong, by confident learning (Northcutt et al. 2021).

"Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Of a class with fewer images too little is left to learn from when some are held out.
FEWEST_IMAGES = 5


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
    counts = np.bincount(labels, minlength=probabilities.shape[1])
    judged = counts >= FEWEST_IMAGES
    own = probabilities[rows, labels]
    sums = np.bincount(labels, own, minlength=len(counts))
    # The average self-confidence of each class; unjudged ones are never reached.
    usual = np.where(judged, sums / np.maximum(counts, 1), np.inf).astype(np.float32)
    others = np.where(probabilities >= usual, probabilities, 0)
    others[rows, labels] = 0
    suggested = others.argmax(axis=1)
    suspects = (others[rows, suggested] > own) & judged[labels] & (own < threshold)
    return LabelIssues(
        scores=np.where(judged[labels], own, np.float32(1)),
        suspects=suspects,
        suggested=np.where(suspects, suggested, labels),
    )
