"""The rule of promotion: pure, and the only one."""

from collections.abc import Mapping
from dataclasses import dataclass

# Two trainings on the same data differ by less than this for no reason.
_LOG_LOSS_NOISE = 1e-4


@dataclass(frozen=True)
class Decision:
    """Whether a challenger becomes champion, and why, in words."""

    promote: bool
    reason: str


def decide(challenger: Mapping[str, float], champion: Mapping[str, float] | None) -> Decision:
    """Compare two models on the same test images.

    Args:
        challenger: `accuracy` (0 to 1) and `log_loss` of the new model.
        champion: the same of the model in service, on the same images; None when there is none.

    Returns:
        Promote when the accuracy is higher, or the same with a lower log loss.
    """
    if champion is None:
        return Decision(True, "It is the first model.")
    new, old = challenger["accuracy"], champion["accuracy"]
    if new > old:
        return Decision(True, f"More accurate than the champion: {new:.2%} against {old:.2%}.")
    if new < old:
        return Decision(False, f"Less accurate than the champion: {new:.2%} against {old:.2%}.")
    new_loss, old_loss = challenger["log_loss"], champion["log_loss"]
    losses = f"log loss {new_loss:.4f} against {old_loss:.4f}"
    if new_loss < old_loss - _LOG_LOSS_NOISE:
        return Decision(True, f"As accurate as the champion ({new:.2%}), surer of it: {losses}.")
    return Decision(False, f"No better than the champion: both {new:.2%}, {losses}.")
