import math

import numpy as np
import pytest

from tellapart.evaluation.drift import (
    SMALLEST_INDEX,
    chi_squared_quantile,
    expected_accuracy,
    index_threshold,
    mean_threshold,
    share_threshold,
    stability_index,
)


def test_the_index_is_that_of_the_formula() -> None:
    # Half a count is added to each cell: shares 0.5, 0.5 and 0.8, 0.2.
    expected = 0.3 * math.log(0.8 / 0.5) + -0.3 * math.log(0.2 / 0.5)
    assert stability_index([49.5, 49.5], [79.5, 19.5]) == pytest.approx(expected)
    assert stability_index([3, 0, 9], [3, 0, 9]) == 0
    assert math.isfinite(stability_index([100, 0], [0, 100]))


def test_quantiles_are_those_of_the_table() -> None:
    z = 3.0902  # 99.9%
    for freedom, value in ((1, 10.828), (9, 27.877), (99, 148.230)):
        assert chi_squared_quantile(freedom, z) == pytest.approx(value, rel=0.035)


@pytest.mark.parametrize(
    ("cells", "images", "window"), [(2, 50, 100), (10, 180, 500), (100, 180, 500)]
)
def test_chance_hardly_ever_reaches_a_threshold(cells: int, images: int, window: int) -> None:
    chance = np.random.default_rng(0)
    shares = 1 / np.arange(1, cells + 1)
    shares /= shares.sum()
    before = chance.multinomial(images, shares, 2000)
    after = chance.multinomial(window, shares, 2000)
    threshold = index_threshold(cells, images, window)
    wrong = [stability_index(*pair) > threshold for pair in zip(before, after, strict=True)]
    assert np.mean(wrong) <= 0.003


def test_thresholds_fall_with_more_images_to_what_matters() -> None:
    found = [index_threshold(10, 1000, count) for count in (100, 500, 1_000_000)]
    assert found == sorted(found, reverse=True)
    assert found[-1] == SMALLEST_INDEX == index_threshold(1, 10, 10)
    shares = [share_threshold(10, 1000, count) for count in (100, 500, 1_000_000)]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == pytest.approx(0.03), "two points over the images' 1%"
    means = [mean_threshold(0.95, 0.1, 1000, count) for count in (100, 500, 1_000_000)]
    assert means == sorted(means)
    assert means[-1] == pytest.approx(0.93)


@pytest.mark.parametrize(("found", "images"), [(0, 50), (2, 180), (100, 100)])
def test_a_share_is_too_much_where_chance_ends(found: int, images: int) -> None:
    threshold = share_threshold(found, images, 500)
    chance = np.random.default_rng(0)
    before = chance.binomial(images, max(found, 0.5) / images, 2000)
    after = chance.binomial(500, max(found, 0.5) / images, 2000)
    pairs = zip(before.tolist(), after.tolist(), strict=True)
    wrong = [count / 500 > share_threshold(first, images, 500) for first, count in pairs]
    assert found / images < threshold <= 1 or found == images
    assert np.mean(wrong) <= 0.005


def test_the_accuracy_falls_as_the_confidence_does() -> None:
    assert expected_accuracy(0.9, 0.92, 0.82) == pytest.approx(0.8)
    assert expected_accuracy(0.9, 0.8, 1.0) == 1
