"""The rule of promotion: pure, and the only one."""

from dataclasses import dataclass
from typing import Protocol

# Two trainings on the same data differ by less than this for no reason.
_LOG_LOSS_NOISE = 1e-4


@dataclass(frozen=True)
class Decision:
    """Whether a challenger becomes champion, and why, in words."""

    promote: bool
    reason: str


class Score(Protocol):
    """How a model did on images: `accuracy` (0 to 1) and `log_loss`."""

    @property
    def accuracy(self) -> float:
        """The share of right answers."""

    @property
    def log_loss(self) -> float:
        """The mean of -ln(probability of the true class)."""


def decide(challenger: Score, champion: Score | None) -> Decision:
    """Compare two models on the same test images.

    Args:
        challenger: the new model.
        champion: the model in service, on the same images; None when there is none.

    Returns:
        Promote when the accuracy is higher, or the same with a lower log loss.
    """
    if champion is None:
        return Decision(True, "It is the first model.")
    new, old = challenger.accuracy, champion.accuracy
    if new > old:
        return Decision(True, f"More accurate than the champion: {new:.2%} against {old:.2%}.")
    if new < old:
        return Decision(False, f"Less accurate than the champion: {new:.2%} against {old:.2%}.")
    new_loss, old_loss = challenger.log_loss, champion.log_loss
    losses = f"log loss {new_loss:.4f} against {old_loss:.4f}"
    if new_loss < old_loss - _LOG_LOSS_NOISE:
        return Decision(True, f"As accurate as the champion ({new:.2%}), surer of it: {losses}.")
    return Decision(False, f"No better than the champion: both {new:.2%}, {losses}.")
