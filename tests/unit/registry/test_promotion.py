from dataclasses import dataclass

import pytest

from tellapart.registry.promotion import decide


@dataclass(frozen=True)
class Numbers:
    accuracy: float
    log_loss: float
    total: int = 1000


@pytest.mark.parametrize(
    ("new", "old", "promote", "reason"),
    [
        (Numbers(0.1, 3.0), None, True, "first model"),
        (Numbers(0.92, 0.9), Numbers(0.9, 0.1), True, "92.00% against 90.00%"),
        (Numbers(0.91, 0.1), Numbers(0.9, 0.2), True, "91.00% against 90.00%"),
        (Numbers(0.91, 0.9), Numbers(0.9, 0.1), False, "10 more of 1,000 test pictures"),
        (Numbers(14 / 19, 0.9, 19), Numbers(13 / 19, 0.8, 19), False, "1 more of 19"),
        (Numbers(1.0, 0.9, 2), Numbers(0.0, 0.8, 2), True, "100.00% against 0.00%"),
        (Numbers(0.89, 0.1), Numbers(0.9, 0.9), False, "89.00% against 90.00%"),
        (Numbers(0.9, 0.2), Numbers(0.9, 0.3), True, "surer of it"),
        (Numbers(0.9, 0.3), Numbers(0.9, 0.2), False, "No better"),
        (Numbers(0.9, 0.2), Numbers(0.9, 0.2), False, "No better"),
        (Numbers(0.9, 0.29999), Numbers(0.9, 0.3), False, "No better"),
        (Numbers(1.0, 0.0), Numbers(1.0, 0.0), False, "No better"),
    ],
)
def test_the_rule(new: Numbers, old: Numbers | None, promote: bool, reason: str) -> None:
    decision = decide(new, old)
    assert decision.promote is promote
    assert reason in decision.reason
