import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.images.quality import measure
from tellapart.quality import duplicates
from tellapart.quality.duplicates import (
    group,
    least_similarity,
    near_duplicate_pairs,
    similar_pairs,
)
from tests.support.images.builders import photo

RNG = np.random.default_rng(0)


def fingerprints(count: int) -> NDArray[np.uint8]:
    return RNG.integers(60, 197, (count, 64)).astype(np.uint8)


def as_set(pairs: NDArray[np.int64]) -> set[tuple[int, int]]:
    return {(int(first), int(second)) for first, second in pairs}


def test_images_that_were_changed_a_little_are_found() -> None:
    images = [photo(60, 40, seed=seed, look=look) for look in "abcd" for seed in range(2)]
    images += [images[2].resize((120, 80)), images[5].point(lambda value: value * 0.8)]
    prints = np.array([np.frombuffer(measure(p).fingerprint, np.uint8) for p in images])
    pairs, cosines = near_duplicate_pairs(prints, threshold=0.96)
    assert as_set(pairs) == {(2, 8), (5, 9)}
    assert ((cosines > 0.96) & (cosines <= 1.0001)).all()


@pytest.mark.parametrize("tile", [3, 7, 2048])
@pytest.mark.parametrize("first_new", [0, 1, 20, 39, 40])
def test_pairs_are_those_of_all_comparisons(
    tile: int, first_new: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "_TILE", tile)
    prints = fingerprints(40)
    prints[[11, 38]] = prints[[3, 25]]
    vectors = prints.astype(np.float32) - 128
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = np.argwhere(np.triu(vectors @ vectors.T >= 0.2, 1))
    pairs, cosines = near_duplicate_pairs(prints, threshold=0.2, first_new=first_new)
    assert as_set(pairs) == as_set(expected[expected[:, 1] >= first_new])
    products = (vectors[pairs[:, 0]] * vectors[pairs[:, 1]]).sum(axis=1)
    assert cosines == pytest.approx(products, abs=1e-5)


def test_blank_images_are_like_no_other() -> None:
    prints = np.full((3, 64), 128, np.uint8)
    assert len(near_duplicate_pairs(prints, threshold=0.9)[0]) == 0


@pytest.mark.parametrize("width", [16, 300])
def test_close_embeddings_are_found_by_few_directions(width: int) -> None:
    embeddings = RNG.normal(size=(200, width)).astype(np.float32)
    embeddings[150] = 3 * embeddings[7] + RNG.normal(scale=0.1, size=width)
    embeddings[199] = embeddings[12]
    prints = np.repeat(fingerprints(1), 200, axis=0)
    pairs, cosines = similar_pairs(embeddings, prints, threshold=0.95)
    assert as_set(pairs) == {(7, 150), (12, 199)}
    assert cosines.min() > 0.99
    pairs, _ = similar_pairs(embeddings, prints, threshold=0.95, first_new=199)
    assert as_set(pairs) == {(12, 199)}


def test_fingerprints_speak_against_images_of_one_kind() -> None:
    embeddings = np.repeat(RNG.normal(size=(1, 20)), 3, axis=0).astype(np.float32)
    prints = fingerprints(3)
    prints[2] = prints[0]
    assert as_set(similar_pairs(embeddings, prints, threshold=0.9)[0]) == {(0, 2)}


@pytest.mark.parametrize("count", [0, 1])
def test_few_images_have_no_pairs(count: int) -> None:
    pairs, cosines = near_duplicate_pairs(fingerprints(count), threshold=0.9)
    assert pairs.shape == (0, 2)
    assert cosines.shape == (0,)
    pairs, _ = similar_pairs(np.ones((count, 8), np.float32), fingerprints(count), threshold=0.9)
    assert pairs.shape == (0, 2)


def test_a_crowd_gives_few_pairs_and_one_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "_TILE", 100)
    prints = np.concatenate([np.repeat(fingerprints(1), 1000, axis=0), fingerprints(50)])
    pairs, _ = near_duplicate_pairs(prints, threshold=0.95)
    assert len(pairs) < 12_000
    groups = group(len(prints), pairs)
    assert (groups[:1000] == 0).all()
    assert (groups[1000:] == np.arange(1000, 1050)).all()


def test_groups_follow_pairs() -> None:
    assert group(0, np.empty((0, 2), np.int64)).tolist() == []
    pairs = np.array([[4, 5], [1, 3], [3, 4], [6, 7]])
    assert group(9, pairs).tolist() == [0, 1, 2, 1, 1, 1, 6, 6, 8]


def test_a_long_chain_is_one_group() -> None:
    order = RNG.permutation(5000)
    pairs = np.stack([order[:-1], order[1:]], axis=1)
    assert (group(5000, pairs) == 0).all()


def test_where_all_images_are_alike_copies_have_to_be_more_alike() -> None:
    rng = np.random.default_rng(0)
    apart = rng.normal(size=(300, 64)).astype(np.float32)
    assert least_similarity(apart, 0.9) == 0.9
    alike = apart * 0.1 + rng.normal(size=64).astype(np.float32)
    usual = least_similarity(alike, 0.9)
    assert 0.99 < usual < 1
    assert least_similarity(alike[:1], 0.9) >= 0.9
    assert least_similarity(alike[:0], 0.9) == 0.9
