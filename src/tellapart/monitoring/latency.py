"""Quantiles of latencies from counts in fixed buckets, which can be added up.

The buckets grow by a constant factor, so that every quantile is right within 2% of itself, whatever
the latencies are (DDSketch; Masson, Rim and Lee 2019).
"""

import math
from collections.abc import Mapping, Sequence

RELATIVE_ERROR = 0.02
_GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_LOG_GAMMA = math.log(_GAMMA)
# Shorter ones are counted as this long.
_LEAST_MS = 0.01


def bucket_of(latency_ms: float) -> int:
    """The number of the bucket that a latency is counted in."""
    return math.ceil(math.log(max(latency_ms, _LEAST_MS)) / _LOG_GAMMA)


def quantiles(counts: Mapping[int, int], shares: Sequence[float]) -> list[float] | None:
    """The least latencies in ms that these shares (rising, above 0, up to 1) do not exceed.

    That is the nearest rank: with few latencies, p99 is the longest. None without counts.
    """
    total = sum(counts.values())
    if not total:
        return None
    found: list[float] = []
    seen = 0
    for bucket in sorted(counts):
        seen += counts[bucket]
        while len(found) < len(shares) and seen >= shares[len(found)] * total:
            found.append(2 * _GAMMA**bucket / (_GAMMA + 1))
    return found
