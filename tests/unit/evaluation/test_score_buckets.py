from collections import Counter

import numpy as np
import pytest

from tellapart.evaluation.score_buckets import (
    confidence_bucket,
    confidence_edge,
    confidence_variance,
    cut_cells,
    distance_bucket,
    distance_edge,
    edges,
)


@pytest.mark.parametrize(
    ("bucket", "edge"), [(confidence_bucket, confidence_edge), (distance_bucket, distance_edge)]
)
def test_each_score_is_in_its_bucket(bucket: object, edge: object) -> None:
    assert callable(bucket)
    assert callable(edge)
    scores = np.append(np.linspace(0, 1, 500), 1 - np.logspace(-8, -1, 100))
    for score in scores.tolist():
        number = bucket(score)
        assert edge(number) <= score + 1e-12
        assert score < edge(number + 1) or edge(number + 1) == 1
    assert [bucket(value) for value in (float("nan"), -1.0)] == [0, 0]
    assert bucket(1.0) == bucket(2.0)


def test_the_variance_is_nearly_that_of_the_confidences() -> None:
    values = np.random.default_rng(0).beta(8, 1, 2000)
    buckets = Counter(confidence_bucket(float(value)) for value in values)
    assert confidence_variance(buckets) == pytest.approx(values.var(), rel=0.1)
    assert confidence_variance({}) == 0


def test_cells_have_about_a_tenth_each() -> None:
    buckets = dict.fromkeys(range(20), 10)
    cells = cut_cells(buckets)
    assert cells.count(buckets).tolist() == [20] * 10
    assert cells.count({0: 1, 19: 2, 32: 3}).tolist() == [1, *[0] * 8, 5]
    assert edges(cells, of_distances=True)[:3] == [0.0, 0.1, 0.2]


def test_a_full_bucket_is_kept_apart_from_the_few_under_it() -> None:
    assert cut_cells({3: 2, 7: 4, 32: 94}).first == (0, 32)
    assert cut_cells({9: 100}).first == (0, 9), "what is lower one day is seen"
    assert cut_cells({}).first == (0,)
