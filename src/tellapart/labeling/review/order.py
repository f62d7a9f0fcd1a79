"""In which order images teach most: numbers in, ranks out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tellapart.labeling.worth_labelling import take_unlike, unit
from tellapart.store.tables import ReviewReason

Embeddings = Callable[[NDArray[np.int64]], NDArray[np.float32] | None]

# Of each kind so many are chosen with care; about as many as a person decides before the next
# training. Those that follow come in the order that was given.
_CHOSEN = 150
# Looked at for these: similarities of all to all are 4 MB.
_CANDIDATES = 1000
# What takes turns, where a model has said something; see decision 39.
_TURNS: tuple[ReviewReason, ...] = (
    "uncertain", "typical", "different", "uncertain", "typical", "unlike_training_data",
)  # fmt: skip


@dataclass(frozen=True)
class WaitingImages:
    """Images that wait, in columns, in random order.

    `confidences` float32 [N], NaN where no model has said anything; `abstained_because` is why the
    model is not to be believed, None where it is. `embeddings` gives those of rows, float32 [n, D],
    and None where not all are kept; `known` float32 [M, D] are those of labelled images.
    """

    confidences: NDArray[np.float32]
    abstained_because: Sequence[str | None]
    embeddings: Embeddings = lambda _rows: None
    known: NDArray[np.float32] | None = None


def teaching_order(images: WaitingImages) -> list[tuple[int, ReviewReason]]:
    """All rows, those that teach most first, each with the reason why it is there.

    The kinds take turns: a model learns from what it doubts, and little from it while it knows
    little (Hacohen et al. 2022, "Active learning on a budget"). Where no model has said anything,
    the most typical come first.
    """
    lists = _chosen(images)
    turns = _TURNS if len(lists) > 1 else tuple(lists)
    found: dict[int, ReviewReason] = {}
    while any(lists.values()):
        for reason in turns:
            rows = lists.get(reason, [])
            while rows and rows[0] in found:
                rows.pop(0)
            if rows:
                found[rows.pop(0)] = reason
    for row, because in enumerate(images.abstained_because):
        found.setdefault(row, reason_of(because))
    return list(found.items())


def reason_of(abstained_because: str | None) -> ReviewReason:
    """The reason to look at an image, by what a model has said of it alone."""
    if abstained_because == "unlike_training_data":
        return "unlike_training_data"
    return "typical" if abstained_because is None else "uncertain"


def _chosen(images: WaitingImages) -> dict[ReviewReason, list[int]]:
    """The best of each kind, the best first."""
    unlike = _unlike(images)
    doubted = np.array([because is not None for because in images.abstained_because], np.bool_)
    said = ~np.isnan(images.confidences)
    doubts = np.where(said, 1 - images.confidences, 0).astype(np.float32)
    sure = np.flatnonzero(~doubted)
    typical = _representative(images.embeddings, _least(doubts, sure))
    if not said.any():
        return {"typical": typical}
    # A model that abstains from nothing still is less sure of some than of others.
    doubtful = np.flatnonzero(said & ~unlike)
    doubtful = doubtful[np.argsort(-doubts[doubtful], kind="stable")][:_CANDIDATES]
    return {
        "uncertain": _unlike_each_other(images.embeddings, doubtful, doubts + np.float32(1e-6)),
        "typical": typical,
        "different": _different(images),
        "unlike_training_data": _first(np.flatnonzero(unlike)),
    }


def _least(doubts: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return rows[np.argsort(doubts[rows], kind="stable")][:_CANDIDATES]


def _representative(embeddings: Embeddings, rows: NDArray[np.int64]) -> list[int]:
    """Those that together are most similar to all: each covers what the ones before do not.

    Facility location, as in Wei et al. 2015, "Submodularity in data subset selection".
    """
    vectors = embeddings(rows) if len(rows) else None
    if vectors is None:
        return _first(rows)
    points = unit(vectors)
    similarities = np.maximum(points @ points.T, 0)
    covered = np.zeros(len(rows), np.float32)
    chosen: list[int] = []
    for _ in range(min(_CHOSEN, len(rows))):
        gains = np.maximum(similarities - covered, 0).sum(axis=1)
        gains[chosen] = -1
        chosen.append(int(np.argmax(gains)))
        covered = np.maximum(covered, similarities[chosen[-1]])
    return [int(row) for row in rows[chosen]]


def _unlike_each_other(
    embeddings: Embeddings, rows: NDArray[np.int64], worth: NDArray[np.float32]
) -> list[int]:
    vectors = embeddings(rows) if len(rows) else None
    if vectors is None:
        return _first(rows)
    return [int(row) for row in rows[take_unlike(worth[rows], unit(vectors), _CHOSEN)]]


def _different(images: WaitingImages) -> list[int]:
    """Those that are furthest from all that is labelled, and from each other.

    As in Sener and Savarese 2018, "Active learning for convolutional neural networks".
    """
    rows = np.flatnonzero(~_unlike(images))[:_CANDIDATES]
    vectors = images.embeddings(rows) if len(rows) else None
    if vectors is None or images.known is None or not len(images.known):
        return []
    points, known = unit(vectors), unit(images.known)
    distances = 1 - (points @ known.T).max(axis=1)
    taken = take_unlike(np.ones(len(rows), np.float32), points, _CHOSEN, distances)
    return [int(row) for row in rows[taken]]


def _first(rows: NDArray[np.int64]) -> list[int]:
    return [int(row) for row in rows[:_CHOSEN]]


def _unlike(images: WaitingImages) -> NDArray[np.bool_]:
    strange = [because == "unlike_training_data" for because in images.abstained_because]
    return np.array(strange, np.bool_)
