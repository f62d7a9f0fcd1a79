"""A version that a training has registered, and how it compares with another on validation."""

from dataclasses import dataclass

from tellapart.dataset.training_set import TrainingSet
from tellapart.evaluation.calibration import softmax
from tellapart.evaluation.comparison import more_than_chance
from tellapart.evaluation.metrics import ClassificationReport, log_loss
from tellapart.package.trained import TrainedModel
from tellapart.registry.promotion import Decision


@dataclass(frozen=True)
class CandidateVersion:
    """A registered version; `mistakes` and `loss` are those on validation."""

    number: int
    recipe: str
    report: ClassificationReport
    mistakes: int
    loss: float
    decision: Decision

    def beats(self, rival: "CandidateVersion") -> bool:
        """Fewer mistakes on validation, by more than chance; or a lower loss."""
        if more_than_chance(self.mistakes, rival.mistakes):
            return self.mistakes < rival.mistakes
        return self.loss < rival.loss


def on_validation(
    trained: TrainedModel, training_set: TrainingSet, temperature: float
) -> tuple[int, float]:
    """Mistakes, and the log loss after calibration; both 0 without validation images."""
    y, logits = training_set.splits["validation"].y, trained.logits("validation")
    if not len(y):
        return 0, 0.0
    probabilities = softmax(logits, temperature)
    return int((logits.argmax(axis=1) != y).sum()), log_loss(probabilities, y)
