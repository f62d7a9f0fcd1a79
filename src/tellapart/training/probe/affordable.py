"""The training images that can be embedded within a time budget."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.training_set import TrainingSet

# Embedded to see how long one takes.
_TRIED = 64
# Of the budget; the rest is for fits, export and int8.
_SHARE = 0.7
# Below this it would be no model of the data set.
_FEWEST_A_CLASS = 5


def affordable(
    training_set: TrainingSet,
    kept: set[str],
    embed: Callable[[Sequence[str]], object],
    budget_s: float,
) -> TrainingSet:
    """The training set with as many training images as there is time to embed.

    Validation and test are embedded whole. Of each class the same share is left out, of those
    without an embedding.

    Args:
        training_set: the images.
        kept: those that have an embedding.
        embed: embeds images.
        budget_s: of the whole training, in seconds.
    """
    train = training_set.splits["train"]
    lacking = [
        name
        for split, examples in training_set.splits.items()
        if split != "train"
        for name in examples.content_hashes
        if name not in kept
    ]
    order = [row for row in _by_turns(train.y).tolist() if train.content_hashes[row] not in kept]
    if len(order) + len(lacking) <= _TRIED:
        return training_set
    tried = [train.content_hashes[row] for row in order[:_TRIED]] or lacking[:_TRIED]
    began = time.monotonic()
    embed(tried)
    each_s = (time.monotonic() - began) / len(tried)
    room = int(_SHARE * budget_s / each_s) - len(lacking)
    room = max(room, _FEWEST_A_CLASS * len(training_set.class_names))
    if room >= len(order):
        return training_set
    left_out = np.zeros(len(train), np.bool_)
    left_out[order[room:]] = True
    splits = {**training_set.splits, "train": train.at(np.flatnonzero(~left_out))}
    return replace(training_set, splits=splits)


def _by_turns(y: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows in an order of which each beginning has about the same share of every class."""
    order = np.random.default_rng(0).permutation(len(y))
    by_class = order[np.argsort(y[order], kind="stable")]
    counts = np.bincount(y)
    firsts = np.cumsum(counts) - counts
    share = (np.arange(len(y)) - firsts[y[by_class]] + 0.5) / counts[y[by_class]]
    return by_class[np.argsort(share, kind="stable")]
