"""Which near-duplicates belong together: within a class, and never a large part of it.

Where a camera stands still, all images of a class are near-duplicates by the usual threshold. They
are no copies of one another: a group as large as that is looked at again with a stricter one.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tellapart.quality.duplicates import (
    Pairs,
    Vectors,
    group,
    least_similarity,
    near_duplicate_pairs,
    nearest,
    similar_pairs,
)
from tellapart.settings import Settings

UNLABELED = -1
# A group with more of its class than this, and more images than that, is none of duplicates.
_LARGEST_SHARE, _LARGEST_ALWAYS = 0.25, 3
# How much nearer two images have to be at each closer look, and at how many of them.
_CLOSER, _LOOKS = 1 / 16, 4

Numbers = NDArray[np.int64]


class PairFinder(Protocol):
    """Finds near-duplicates among some of the images."""

    def __call__(self, rows: Numbers, first_new: int, strictness: float) -> tuple[Pairs, Vectors]:
        """Pairs int64 [P, 2] of positions in `rows`, and how alike they are float32 [P].

        Args:
            rows: the images to compare, int64 [M].
            first_new: only pairs with an image from this position on are looked for.
            strictness: what the distance to a copy is multiplied by; 1 is the usual threshold.
        """


class FingerprintFinder:
    """Near-duplicates by fingerprints uint8 [N, F]; `threshold` is the least cosine."""

    def __init__(self, fingerprints: NDArray[np.uint8], threshold: float) -> None:
        self._fingerprints = fingerprints
        self._threshold = threshold

    def __call__(self, rows: Numbers, first_new: int, strictness: float) -> tuple[Pairs, Vectors]:
        """See `PairFinder`."""
        threshold = 1 - (1 - self._threshold) * strictness
        return near_duplicate_pairs(
            self._fingerprints[rows], threshold=threshold, first_new=first_new
        )


class EmbeddingFinder:
    """Near-duplicates by embeddings float32 [N, D], checked by fingerprints uint8 [N, F]."""

    def __init__(
        self, embeddings: Vectors, fingerprints: NDArray[np.uint8], threshold: float
    ) -> None:
        self._embeddings = embeddings
        self._fingerprints = fingerprints
        self._threshold = least_similarity(embeddings, threshold)

    def __call__(self, rows: Numbers, first_new: int, strictness: float) -> tuple[Pairs, Vectors]:
        """See `PairFinder`."""
        threshold = 1 - (1 - self._threshold) * strictness
        return similar_pairs(
            self._embeddings[rows],
            self._fingerprints[rows],
            threshold=threshold,
            first_new=first_new,
        )


class EitherFinder:
    """What one or the other finds."""

    def __init__(self, *finders: PairFinder) -> None:
        self._finders = finders

    def __call__(self, rows: Numbers, first_new: int, strictness: float) -> tuple[Pairs, Vectors]:
        """See `PairFinder`."""
        found = [finder(rows, first_new, strictness) for finder in self._finders]
        return np.concatenate([pairs for pairs, _ in found]), np.concatenate(
            [similarities for _, similarities in found]
        )


def adopt_unlabeled(
    classes: Numbers, fingerprints: NDArray[np.uint8], *, threshold: float
) -> Numbers:
    """Classes int64 [N] in which an unlabelled image counts as one of those that it is a copy of.

    Without this it would either belong to no group, or join groups of two classes.
    """
    unlabeled, labeled = np.flatnonzero(classes == UNLABELED), np.flatnonzero(classes != UNLABELED)
    if not (len(unlabeled) and len(labeled)):
        return classes
    best, cosines = nearest(fingerprints[unlabeled], fingerprints[labeled])
    adopted = classes.copy()
    close = cosines >= threshold
    adopted[unlabeled[close]] = classes[labeled[best[close]]]
    return adopted


def find_duplicates(
    classes: Numbers,
    find: PairFinder,
    *,
    first_new: int = 0,
    known_groups: Numbers | None = None,
) -> tuple[Pairs, Vectors]:
    """Pairs of near-duplicates of one class, of which no group is a large part of it.

    Args:
        classes: of each image, int64 [N]; `UNLABELED` counts as a class.
        find: finds near-duplicates among some of the images.
        first_new: only pairs with an image from this row on are looked for.
        known_groups: int64 [N], the same number for images that are in one group already; -1 for
            those in none.

    Returns:
        Rows int64 [P, 2] and how alike they are, float32 [P].
    """
    pairs, similarities = [np.empty((0, 2), np.int64)], [np.empty(0, np.float32)]
    for number in np.unique(classes):
        rows = np.flatnonzero(classes == number)
        largest = max(_LARGEST_ALWAYS, int(_LARGEST_SHARE * len(rows)))
        new = int(np.searchsorted(rows, first_new))
        if new == len(rows):
            continue
        for found, alike in _looks(rows, new, find, known_groups, largest):
            pairs.append(found)
            similarities.append(alike)
    return np.concatenate(pairs), np.concatenate(similarities)


def find_similar(
    classes: Numbers,
    fingerprints: NDArray[np.uint8],
    embeddings: Vectors | None,
    settings: Settings,
) -> tuple[Pairs, Vectors]:
    """All near-duplicates by fingerprint or, where there are any, by embedding.

    See `find_duplicates`.

    Args:
        classes: int64 [N], `UNLABELED` for images without one.
        fingerprints: uint8 [N, F].
        embeddings: float32 [N, D].
        settings: the thresholds.
    """
    threshold = settings.near_duplicate_threshold
    find: PairFinder = FingerprintFinder(fingerprints, threshold)
    if embeddings is not None:
        similar = EmbeddingFinder(embeddings, fingerprints, settings.similar_threshold)
        find = EitherFinder(find, similar)
    return find_duplicates(adopt_unlabeled(classes, fingerprints, threshold=threshold), find)


def _looks(
    rows: Numbers,
    first_new: int,
    find: PairFinder,
    known_groups: Numbers | None,
    largest: int,
) -> Iterator[tuple[Pairs, Vectors]]:
    """The pairs of small groups at each look; the members of large ones are looked at again."""
    strictness = 1.0
    for _ in range(_LOOKS):
        pairs, similarities = find(rows, first_new, strictness)
        known = _known_pairs(rows, known_groups)
        groups = group(len(rows), np.concatenate([pairs, known]))
        large = np.bincount(groups, minlength=len(rows))[groups] > largest
        kept = ~large[pairs[:, 0]]
        yield rows[pairs[kept]], similarities[kept]
        if not large.any():
            return
        first_new = int(np.count_nonzero(large[:first_new]))
        rows = rows[large]
        strictness *= _CLOSER


def _known_pairs(rows: Numbers, known_groups: Numbers | None) -> Pairs:
    """The images of each known group, each with the first one: positions int64 [P, 2]."""
    if known_groups is None:
        return np.empty((0, 2), np.int64)
    members = np.flatnonzero(known_groups[rows] >= 0)
    _, first, inverse = np.unique(
        known_groups[rows[members]], return_index=True, return_inverse=True
    )
    return np.stack([members[first[inverse]], members], axis=1)
