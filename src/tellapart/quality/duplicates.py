"""Images that are the same to the eye: saved again, resized, made brighter, cropped a little.

`near_duplicate_pairs` needs only what `images.quality` measures; `similar_pairs` needs embeddings,
and also finds crops. Both look at all pairs, tile by tile, and keep the close ones.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tellapart.runtime.linear_algebra import one_blas_thread
from tellapart.runtime.pca import norms, project

# Rows and columns of a tile of similarities: 16 MB.
_TILE = 2048
# A tile with more close pairs a row than this is thinned.
_CROWDED = 4
# Embeddings are compared along this many directions first.
_DIRECTIONS = 128
_PAIRS_AT_ONCE = 4096
# Of how many images the tenth nearest is looked for.
_SAMPLE, _USUAL_NEIGHBOUR, _TIMES_NEARER = 256, 10, 4
_SAMPLE_AT_ONCE = 32
_ROUNDING = 1e-5
# Images of one kind can have close embeddings; copies have alike fingerprints too, if cropped
# not very much.
_LEAST_LIKENESS = 0.75

Pairs = NDArray[np.int64]
Vectors = NDArray[np.float32]


@one_blas_thread()
def near_duplicate_pairs(
    fingerprints: NDArray[np.uint8], *, threshold: float, first_new: int = 0
) -> tuple[Pairs, Vectors]:
    """Pairs of images with nearly the same fingerprint.

    Args:
        fingerprints: uint8 [N, F], see `images.quality`; blank images are like no other.
        threshold: the least cosine.
        first_new: only pairs with an image from this row on are looked for.

    Returns:
        Rows int64 [P, 2], the smaller one first, and their cosines float32 [P]. Where crowds of
        images are alike, it is not all pairs of them, but enough for `group`.
    """
    vectors = _directions(fingerprints)
    return _gathered(_close(vectors, vectors, threshold, first_new))


@one_blas_thread()
def similar_pairs(
    embeddings: Vectors,
    fingerprints: NDArray[np.uint8],
    *,
    threshold: float,
    first_new: int = 0,
) -> tuple[Pairs, Vectors]:
    """Pairs of images whose embeddings are close, and whose fingerprints do not speak against it.

    Of many, candidates are searched along the directions of most variance. No two embeddings are
    further apart there than in full, so none is missed; each is then compared in full.

    Args:
        embeddings: float32 [N, D].
        fingerprints: uint8 [N, F]; without their say, images of one kind would come too.
        threshold: the least cosine of embeddings.
        first_new: as above.

    Returns:
        Rows and cosines of embeddings, as above.
    """
    if not len(embeddings):
        return _gathered(iter(()))
    lengths, shapes = norms(embeddings), _directions(fingerprints)
    if len(embeddings) <= _TILE:
        # To find the directions would take longer than to compare all pairs in full.
        left = right = embeddings / lengths[:, None]
        least = threshold - _ROUNDING
    else:
        left, right = _half_distances(*project(embeddings, _DIRECTIONS))
        # Half the squared distance of two vectors of length 1 is 1 - cosine.
        least = threshold - 1 - _ROUNDING
    parts = []
    for candidates, _ in _close(left, right, least, first_new):
        pairs = candidates[_products(shapes, candidates) >= _LEAST_LIKENESS]
        cosines = _products(embeddings, pairs) / lengths[pairs].prod(axis=1)
        parts.append((pairs[cosines >= threshold], cosines[cosines >= threshold]))
    return _gathered(iter(parts))


@one_blas_thread()
def least_similarity(embeddings: Vectors, threshold: float) -> float:
    """The cosine from which on images of this data set may be the same.

    It is the threshold, or more where all images are alike: copies are four times nearer than a
    image and its tenth nearest usually are. Of photos of pets these have 0.6, of digits 0.97.

    Args:
        embeddings: float32 [N, D].
        threshold: the least cosine of all.
    """
    if not len(embeddings):
        return threshold
    lengths = norms(embeddings)
    rows = np.arange(0, len(embeddings), -(-len(embeddings) // _SAMPLE))
    nth = min(_USUAL_NEIGHBOUR, len(embeddings) - 1)
    usual = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), _SAMPLE_AT_ONCE):
        some = rows[start : start + _SAMPLE_AT_ONCE]
        cosines = (embeddings[some] / lengths[some, None]) @ embeddings.T / lengths
        usual[start : start + len(some)] = np.partition(cosines, -nth - 1, axis=1)[:, -nth - 1]
    return max(threshold, 1 - (1 - float(np.median(usual))) / _TIMES_NEARER)


@one_blas_thread()
def nearest(
    fingerprints: NDArray[np.uint8], others: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], Vectors]:
    """The row of the most similar one of `others` [M, F], M of 1 or more, and its cosine.

    Returns:
        int64 [N] and float32 [N].
    """
    left, right = _directions(fingerprints), _directions(others)
    best, cosines = np.zeros(len(left), np.int64), np.full(len(left), -np.inf, np.float32)
    for top in range(0, len(left), _TILE):
        for start in range(0, len(right), _TILE):
            products = left[top : top + _TILE] @ right[start : start + _TILE].T
            row = products.argmax(axis=1)
            found = products[np.arange(len(row)), row]
            better = np.flatnonzero(found > cosines[top : top + _TILE])
            best[top + better], cosines[top + better] = row[better] + start, found[better]
    return best, cosines


def group(count: int, pairs: Pairs) -> NDArray[np.int64]:
    """The group of each of `count` images, int64 [count]: the smallest row in it.

    Two images are in one group when pairs lead from one to the other.
    """
    groups = np.arange(count)
    while True:
        ends = groups[pairs]
        joined = groups.copy()
        np.minimum.at(joined, ends, ends.min(axis=1, keepdims=True))
        while not np.array_equal(joined, joined[joined]):
            joined = joined[joined]
        if np.array_equal(joined, groups):
            return groups
        groups = joined


def _close(
    left: Vectors, right: Vectors, threshold: float, first_new: int
) -> Iterator[tuple[Pairs, Vectors]]:
    """Rows and products of those with left @ right.T above the threshold, tile by tile."""
    for top in range(first_new, len(left), _TILE):
        for start in range(0, min(top + _TILE, len(left)), _TILE):
            products = left[top : top + _TILE] @ right[start : start + _TILE].T
            if products.max() < threshold:
                continue
            found = products >= threshold
            if start + _TILE > top:
                found &= np.arange(top, top + len(products))[:, None] > np.arange(
                    start, start + products.shape[1]
                )
            later, earlier = _thinned(found, products)
            yield np.stack([earlier + start, later + top], axis=1), products[later, earlier]


def _thinned(found: NDArray[np.bool_], products: Vectors) -> tuple[Pairs, Pairs]:
    """Where `found` holds; in a crowd, of each row only the first and the best."""
    if np.count_nonzero(found) <= _CROWDED * len(found):
        rows, columns = np.nonzero(found)
        return rows, columns
    rows = np.flatnonzero(found.any(axis=1))
    first = found[rows].argmax(axis=1)
    best = np.where(found[rows], products[rows], -np.inf).argmax(axis=1)
    more = best != first
    return np.concatenate([rows, rows[more]]), np.concatenate([first, best[more]])


def _gathered(parts: Iterator[tuple[Pairs, Vectors]]) -> tuple[Pairs, Vectors]:
    pairs, cosines = [np.empty((0, 2), np.int64)], [np.empty(0, np.float32)]
    for rows, near in parts:
        pairs.append(rows)
        cosines.append(near)
    return np.concatenate(pairs), np.concatenate(cosines)


def _half_distances(projected: Vectors, rest: Vectors) -> tuple[Vectors, Vectors]:
    """Two matrices of which left @ right.T is minus half the squared distances."""
    places = np.concatenate([projected, rest[:, None]], axis=1)
    squares = -np.einsum("nd,nd->n", places, places)[:, None] / 2
    ones = np.ones_like(squares)
    return np.concatenate([places, squares, ones], 1), np.concatenate([places, ones, squares], 1)


def _directions(fingerprints: NDArray[np.uint8]) -> Vectors:
    vectors = fingerprints.astype(np.float32) - 128
    vectors /= norms(vectors)[:, None]
    return vectors


def _products(vectors: Vectors, pairs: Pairs) -> Vectors:
    products = np.empty(len(pairs), np.float32)
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        one, other = pairs[start : start + _PAIRS_AT_ONCE].T
        np.einsum("nd,nd->n", vectors[one], vectors[other], out=products[start : start + len(one)])
    return products
