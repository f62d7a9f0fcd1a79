"""What people say of predictions."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tellapart.errors import InvalidRequest, NotFound
from tellapart.store.locks import hold
from tellapart.store.tables import (
    ImageClass,
    LoggedPrediction,
    ModelVersion,
    PredictionFeedback,
    now,
)

_SHOWN_CLASSES = 20


@dataclass(frozen=True)
class Verdict:
    """The right class, or only whether the answer was right: exactly one of the two."""

    label: str | None = None
    correct: bool | None = None


def check_verdict(verdict: Verdict) -> None:
    """See that exactly one thing is said.

    Raises:
        InvalidRequest: nothing is said, or both.
    """
    if (verdict.label is None) == (verdict.correct is None):
        raise InvalidRequest(
            "Say either which class is right, as the label, or whether the answer was correct; "
            f"{'neither' if verdict.label is None else 'both'} came."
        )


def has_prediction(session: Session, prediction_id: str) -> bool:
    """Whether a prediction of this id is in the log."""
    return _find(session, prediction_id) is not None


def give_feedback(session: Session, prediction_id: str, verdict: Verdict) -> PredictionFeedback:
    """Keep what somebody says of a prediction, in the place of what was said before.

    Raises:
        InvalidRequest: nothing is said, or both, or the class is not known.
        NotFound: no prediction of this id is in the log.
    """
    check_verdict(verdict)
    hold(session, "predictions")
    found = _find(session, prediction_id)
    if found is None or found.label is None or found.model_version is None:
        raise NotFound(
            f"There is no prediction {prediction_id[:64]!r} in the log. Its id is the "
            "`prediction_id` of an answer; old predictions are removed from the log."
        )
    if verdict.label is not None:
        _check_class(session, verdict.label, found.model_version)
    correct = verdict.correct if verdict.label is None else verdict.label == found.label
    label = found.label if correct else verdict.label
    row = session.get(PredictionFeedback, prediction_id) or PredictionFeedback(
        prediction_id=prediction_id, model_version=found.model_version, predicted_label=found.label
    )
    row.label, row.correct, row.at = label, bool(correct), now()
    session.add(row)
    return row


def _find(session: Session, prediction_id: str) -> LoggedPrediction | None:
    found: LoggedPrediction | None = session.scalar(
        select(LoggedPrediction).where(LoggedPrediction.prediction_id == prediction_id)
    )
    return found


def _check_class(session: Session, label: str, version: int) -> None:
    if session.scalar(select(ImageClass.id).where(ImageClass.name == label)) is not None:
        return
    model = session.get(ModelVersion, version)
    known = [] if model is None else model.class_names
    if label not in known:
        raise InvalidRequest(
            f"There is no class {label[:80]!r}. Version {version} knows: "
            f"{', '.join(known[:_SHOWN_CLASSES]) or 'none'}."
        )
