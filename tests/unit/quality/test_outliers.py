import numpy as np
import pytest

from tellapart.quality import outliers
from tellapart.quality.outliers import odd_size_scores, outlier_scores
from tests.support.models.embeddings import clusters


@pytest.mark.parametrize("sample", [100, 4096])
def test_what_lies_alone_scores_low(sample: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outliers, "_SAMPLE", sample)
    embeddings, _ = clusters([100, 100, 100])
    embeddings[[17, 250]] = np.random.default_rng(9).normal(scale=3, size=(2, 40))
    scores = outlier_scores(embeddings)
    assert np.flatnonzero(scores < 0.5).tolist() == [17, 250]
    assert ((scores > 0) & (scores <= 1)).all()


@pytest.mark.parametrize("count", [0, 1, 19, 20, 50])
def test_equal_and_few_images_are_usual(count: int) -> None:
    assert outlier_scores(np.ones((count, 8), np.float32)).tolist() == [1] * count
    assert outlier_scores(np.zeros((count, 8), np.float32)).tolist() == [1] * count


def test_odd_sizes() -> None:
    rng = np.random.default_rng(0)
    widths = rng.integers(300, 500, 200)
    heights = rng.integers(200, 400, 200)
    widths[3], heights[3] = 16, 16
    widths[9], heights[9] = 12_000, 9_000
    scores = odd_size_scores(widths, heights)
    assert np.flatnonzero(scores < 0.5).tolist() == [3, 9]


def test_sizes_that_differ_little_are_not_odd() -> None:
    sides = np.array([100] * 50 + [150, 60, 201, 49])
    scores = odd_size_scores(sides, sides)
    assert (scores[:50] == 1).all()
    assert (scores[50:] < 0.5).tolist() == [False, False, True, True]
    assert odd_size_scores(sides[:0], sides[:0]).tolist() == []
