import numpy as np
import pytest

from tellapart.runtime.pca import norms, project


@pytest.mark.parametrize("shape", [(1, 5), (3, 40), (300, 40), (9000, 12)])
def test_projections_come_no_further_apart(shape: tuple[int, int]) -> None:
    embeddings = np.random.default_rng(0).normal(size=shape).astype(np.float32) + 1
    points, rest = project(embeddings, 10)
    unit = embeddings / norms(embeddings)[:, None]
    rows = np.arange(min(len(unit), 50))
    whole = np.linalg.norm(unit[rows, None] - unit[rows], axis=2)
    short = np.linalg.norm(points[rows, None] - points[rows], axis=2)
    assert points.shape == (shape[0], min(10, *shape))
    assert (short <= whole + 1e-5).all()
    centred = np.square(unit - unit[:: -(-len(unit) // 5000)].mean(axis=0)).sum(axis=1)
    assert np.square(points).sum(axis=1) + rest**2 == pytest.approx(centred, abs=1e-4)


def test_empty_vectors_stay_empty() -> None:
    assert norms(np.zeros((2, 3), np.float32)).min() > 0
    points, rest = project(np.zeros((30, 3), np.float32), 2)
    assert not points.any()
    assert not rest.any()


def test_few_vectors_have_the_directions_of_their_covariance() -> None:
    """Which are found from the smaller matrix of their inner products."""
    embeddings = np.random.default_rng(1).normal(size=(30, 50)).astype(np.float32)
    unit = embeddings / norms(embeddings)[:, None]
    covariance = np.cov(unit, rowvar=False, bias=True)
    points, _ = project(embeddings, 4)
    variances = np.linalg.eigvalsh(covariance)[::-1][:4]
    assert points.var(axis=0) == pytest.approx(variances, rel=1e-4)
