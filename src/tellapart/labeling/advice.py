"""What to add next: how the accuracy grows with the data, and which images deserve a class."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tellapart.dataset.entries import DatasetImage, get_entries
from tellapart.jobs.contracts import LearningCurve, LearningCurveResult
from tellapart.labeling.worth_labelling import WorthLabelling
from tellapart.store.locks import hold
from tellapart.store.tables import DataAdvice


def write_advice(
    session: Session,
    dataset_version: int,
    learning_curve: LearningCurve,
    worth_labelling: Sequence[WorthLabelling],
) -> None:
    """Keep what was found of a version, in place of what was there."""
    hold(session, "dataset")
    session.execute(delete(DataAdvice))
    session.add(
        DataAdvice(
            dataset_version=dataset_version,
            learning_curve=learning_curve.model_dump(mode="json"),
            worth_labelling=[entry.model_dump() for entry in worth_labelling],
        )
    )


def read_advice(session: Session) -> DataAdvice | None:
    """What was found last; None while nothing was looked for."""
    row: DataAdvice | None = session.scalar(select(DataAdvice).order_by(DataAdvice.id.desc()))
    return row


def learning_curve_of(row: DataAdvice) -> LearningCurveResult:
    """The learning curve in a row."""
    return LearningCurveResult(dataset_version=row.dataset_version, **row.learning_curve)


def worth_labelling(session: Session, limit: int) -> list[tuple[DatasetImage, float, str]]:
    """Images that still have no class, with score (0 to 1) and reason, best first."""
    row = read_advice(session)
    listed = [] if row is None else row.worth_labelling
    entries = {each.image_id: each for each in map(WorthLabelling.model_validate, listed)}
    found = [
        (image, entries[image.image.id].score, entries[image.image.id].reason)
        for image in get_entries(session, list(entries))
        if image.label is None and not image.entry.excluded
    ]
    return found[:limit]
