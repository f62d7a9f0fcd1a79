import pytest

from tellapart.registry.promotion import decide


def numbers(accuracy: float, log_loss: float) -> dict[str, float]:
    return {"accuracy": accuracy, "log_loss": log_loss}


@pytest.mark.parametrize(
    ("new", "old", "promote", "reason"),
    [
        (numbers(0.1, 3.0), None, True, "first model"),
        (numbers(0.91, 0.9), numbers(0.9, 0.1), True, "91.00% against 90.00%"),
        (numbers(0.89, 0.1), numbers(0.9, 0.9), False, "89.00% against 90.00%"),
        (numbers(0.9, 0.2), numbers(0.9, 0.3), True, "surer of it"),
        (numbers(0.9, 0.3), numbers(0.9, 0.2), False, "No better"),
        (numbers(0.9, 0.2), numbers(0.9, 0.2), False, "No better"),
        (numbers(0.9, 0.29999), numbers(0.9, 0.3), False, "No better"),
        (numbers(1.0, 0.0), numbers(1.0, 0.0), False, "No better"),
    ],
)
def test_the_rule(
    new: dict[str, float], old: dict[str, float] | None, promote: bool, reason: str
) -> None:
    decision = decide(new, old)
    assert decision.promote is promote
    assert reason in decision.reason
