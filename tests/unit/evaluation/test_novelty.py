import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.evaluation.novelty import distance_threshold, fit_novelty

Features = NDArray[np.float32]


def kinds(count: int, *, seed: int, directions: int = 6, width: int = 64) -> Features:
    """Features near a subspace of few directions."""
    rng = np.random.default_rng(seed)
    basis = np.random.default_rng(1).normal(size=(directions, width))
    return (3 + rng.normal(size=(count, directions)) @ basis).astype(np.float32) + noise(
        count, seed=seed, width=width
    )


def noise(count: int, *, seed: int, width: int = 64) -> Features:
    rng = np.random.default_rng(seed + 100)
    return rng.normal(scale=0.3, size=(count, width)).astype(np.float32)


def test_it_tells_strange_features_from_known_ones() -> None:
    detector = fit_novelty(kinds(800, seed=2))
    threshold = distance_threshold(detector.distances(kinds(100, seed=3)))
    assert threshold is not None
    assert (detector.distances(kinds(2000, seed=4)) > threshold).mean() < 0.02
    strange = np.abs(np.random.default_rng(5).normal(size=(200, 64))).astype(np.float32)
    assert (detector.distances(strange) > threshold).mean() > 0.95
    assert 0 < detector.median < threshold


def test_the_length_of_a_vector_does_not_matter() -> None:
    detector = fit_novelty(kinds(100, seed=2))
    few = kinds(5, seed=3)
    assert np.allclose(detector.distances(few), detector.distances(few * 50), atol=1e-4)


def test_it_is_the_mahalanobis_distance_of_an_exact_decomposition() -> None:
    features = kinds(400, seed=2)
    detector = fit_novelty(features)
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    _, _, exact = np.linalg.svd(unit - unit.mean(axis=0), full_matrices=False)
    rank = detector.axes.shape[1]
    assert rank == 32
    centred = unit - unit.mean(axis=0)
    variances = (centred @ exact.T).var(axis=0)
    added = 0.1 * variances.mean()
    variances[rank:] = variances[rank:].mean()
    squares = ((centred @ exact.T) ** 2 / (variances + added)).sum(axis=1)
    expected = np.sqrt(squares * (variances[-1] + added))
    assert np.allclose(detector.distances(features), expected, rtol=0.03)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_images_and_vectors_without_length_are_borne(count: int) -> None:
    detector = fit_novelty(np.zeros((count, 8), np.float32))
    assert np.isfinite(detector.distances(np.eye(8, dtype=np.float32))).all()


def test_too_few_images_have_no_threshold() -> None:
    assert distance_threshold(np.array([1.0, 2.0])) is None


def test_few_images_give_a_wider_margin_and_many_are_counted() -> None:
    rng = np.random.default_rng(0)
    margins = []
    for count in (5, 50):
        drawn = rng.normal(10, 1, count)
        margins.append(((distance_threshold(drawn) or 0) - drawn.mean()) / drawn.std(ddof=1))
    assert margins[0] > margins[1] + 1 > 4
    many = rng.normal(10, 1, 5000)
    assert distance_threshold(many) == pytest.approx(np.quantile(many, 0.99))
