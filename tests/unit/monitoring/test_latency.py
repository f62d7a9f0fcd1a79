from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellapart.monitoring.latency import RELATIVE_ERROR, bucket_of, quantiles

SHARES = (0.5, 0.95, 0.99)


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=300))
def test_quantiles_are_right_within_the_error(latencies: list[float]) -> None:
    found = quantiles(Counter(map(bucket_of, latencies)), SHARES)
    assert found is not None
    expected = np.quantile(latencies, SHARES, method="inverted_cdf")
    np.testing.assert_allclose(found, expected, rtol=RELATIVE_ERROR * 1.001)


def test_nothing_has_no_quantiles() -> None:
    assert quantiles({}, SHARES) is None


@pytest.mark.parametrize("latency_ms", [0.0, -5.0, 1e-9])
def test_a_latency_of_nothing_is_counted(latency_ms: float) -> None:
    assert bucket_of(latency_ms) == bucket_of(0.01)
