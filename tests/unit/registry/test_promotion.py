from dataclasses import dataclass

import pytest

from tellapart.registry.promotion import decide


@dataclass(frozen=True)
class Numbers:
    accuracy: float
    log_loss: float


@pytest.mark.parametrize(
    ("new", "old", "promote", "reason"),
    [
        (Numbers(0.1, 3.0), None, True, "first model"),
        (Numbers(0.91, 0.9), Numbers(0.9, 0.1), True, "91.00% against 90.00%"),
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
