"""The rule of promotion: pure, and the only one."""

from dataclasses import dataclass
from typing import Protocol

from tellapart.evaluation.comparison import more_than_chance

# Two trainings on the same data differ by less than this for no reason.
_LOG_LOSS_NOISE = 1e-4


@dataclass(frozen=True)
class Decision:
    """Whether a challenger becomes champion, and why, in words."""

    promote: bool
    reason: str


class Score(Protocol):
    """How a model did on `total` images: `accuracy` (0 to 1) and `log_loss`."""

    @property
    def total(self) -> int:
        """How many images it was asked about."""

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
        Promote when more answers are right: by more than chance would make of two that are equally
        good, or else with a lower log loss as well; and when as many are right with a lower one.
    """
    if champion is None:
        return Decision(True, "It is the first model.")
    new, old = challenger.accuracy, champion.accuracy
    if new < old:
        return Decision(False, f"Less accurate than the champion: {new:.2%} against {old:.2%}.")
    losses = f"log loss {challenger.log_loss:.4f} against {champion.log_loss:.4f}"
    surer = challenger.log_loss < champion.log_loss - _LOG_LOSS_NOISE
    if new == old:
        if surer:
            reason = f"As accurate as the champion ({new:.2%}), surer of it: {losses}."
            return Decision(True, reason)
        return Decision(False, f"No better than the champion: both {new:.2%}, {losses}.")
    fewer = round((new - old) * challenger.total)
    if surer or more_than_chance(_mistakes(challenger), _mistakes(champion)):
        return Decision(True, f"More accurate than the champion: {new:.2%} against {old:.2%}.")
    return Decision(
        False,
        f"{fewer:,} more of {challenger.total:,} test pictures right than the champion ({new:.2%} "
        f"against {old:.2%}), which may be chance, and less sure of its answers: {losses}.",
    )


def _mistakes(score: Score) -> int:
    return round((1 - score.accuracy) * score.total)
