"""Two models on the same pictures, also when they know different classes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_SMALLEST = 1e-7


def score(
    labels: Sequence[str], probabilities: NDArray[np.floating], class_names: Sequence[str]
) -> dict[str, float]:
    """Judge a model by the names of classes, not by their numbers.

    Args:
        labels: the true class of each picture [N].
        probabilities: what the model says [N, K].
        class_names: the classes that it knows [K]; a class that it does not know is a mistake.

    Returns:
        `accuracy` (0 to 1) and `log_loss` (nats).
    """
    columns = {name: column for column, name in enumerate(class_names)}
    best = probabilities.argmax(axis=1)
    right = [class_names[guess] == label for guess, label in zip(best, labels, strict=True)]
    given = [
        float(row[columns[label]]) if label in columns else 0.0
        for row, label in zip(probabilities, labels, strict=True)
    ]
    losses = -np.log(np.clip(given, _SMALLEST, 1.0))
    return {"accuracy": float(np.mean(right)), "log_loss": float(losses.mean())}
