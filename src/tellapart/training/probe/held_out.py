"""Answers for images that a head has not learned from: of validation, and of parts of train."""

import numpy as np
from numpy.typing import NDArray

from tellapart.package.trained import HeldOutAnswers
from tellapart.runtime.logistic_regression import LabeledRows
from tellapart.training.probe.logistic_head import LogisticHead, fit_like

# Few answers make a threshold a matter of luck; more than these would change it little.
_ENOUGH_IMAGES = 1_000
_PARTS = 5
# In no part: what is alone in its class is never left out.
_STAYS = -1


def held_out_answers(
    head: LogisticHead, train: LabeledRows, validation: LabeledRows, parts: tuple[int, ...]
) -> HeldOutAnswers | None:
    """Answers of the head for validation, and of heads like it for train images left out of them.

    Neighbours in the order of import, which are often alike, are left out together. None where
    validation is enough by itself, or train too small to leave something out.

    Args:
        head: fitted on train.
        train: embeddings [N, D] and classes [N].
        validation: the same.
        parts: the widths of what the embeddings consist of.
    """
    embeddings, y = train
    part_of = _blocks(y)
    logits, classes = [head.logits(validation[0])], [validation[1]]
    for number in range(_PARTS):
        if sum(map(len, classes)) >= _ENOUGH_IMAGES:
            break
        left_out = part_of == number
        if not left_out.any():
            break
        kept = ~left_out
        fitted = fit_like(head, (embeddings[kept], y[kept]), parts)
        logits.append(fitted.logits(embeddings[left_out]))
        classes.append(y[left_out])
    if len(logits) == 1:
        return None
    return HeldOutAnswers(np.concatenate(logits), np.concatenate(classes))


def _blocks(y: NDArray[np.int64]) -> NDArray[np.int64]:
    """The part of each image [N]: each class is cut into blocks of neighbours."""
    found = np.full(len(y), _STAYS)
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        if len(rows) > 1:
            found[rows] = np.arange(len(rows)) * _PARTS // len(rows)
    return found
