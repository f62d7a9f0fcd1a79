"""What a version got wrong in its test, beside what the data set says of those images today."""

from dataclasses import dataclass

from tellapart.dataset.versions import states_by_hash
from tellapart.registry.answers import read_answers
from tellapart.registry.versions import ModelRegistry
from tellapart.store.pages import Page, cut_page, parse_cursor
from tellapart.store.storage import Storage


@dataclass(frozen=True)
class Mistake:
    """A test image, its class then (`label`) and today, and what the version says of it."""

    image_id: int
    content_hash: str
    label: str
    current_label: str | None
    predicted: str
    confidence: float
    distance_score: float | None
    excluded: bool


def list_mistakes(
    storage: Storage,
    version: int,
    *,
    label: str | None = None,
    predicted: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> tuple[Page[Mistake], int]:
    """Test images that a version got wrong, the surest first, and how many there are in all.

    With `label` and `predicted` they are those of one cell of the confusion matrix; on its diagonal
    the version was right, and the least sure come first. Images that have left the data set are
    missing.

    Raises:
        ModelNotFound: there is no such version.
        NotFound, BlobNotFound, ModelUnreadable: its answers are missing, lost or damaged.
        InvalidRequest: the cursor is not one of ours.
    """
    offset = parse_cursor(cursor) or 0
    model = ModelRegistry(storage.database).get(version)
    answers = read_answers(storage.blobs, model)
    names, hashes = model.row.class_names, answers.content_hashes
    guesses = [names[best] for best in answers.probabilities.argmax(axis=1)]
    confidence = answers.probabilities.max(axis=1)
    right = label is not None and label == predicted
    rows = [
        row
        for row in range(answers.tested or len(answers))
        if label in (None, answers.labels[row])
        and predicted in (None, guesses[row])
        and (guesses[row] == answers.labels[row]) == right
    ]
    rows.sort(key=lambda row: float(confidence[row]), reverse=not right)
    with storage.database.reading() as session:
        states = states_by_hash(session, [hashes[row] for row in rows])
    rows = [row for row in rows if hashes[row] in states]
    found = []
    for row in rows[offset : offset + limit + 1]:
        image_id, state = states[hashes[row]]
        mistake = Mistake(
            image_id=image_id,
            content_hash=hashes[row],
            label=answers.labels[row],
            current_label=state.label,
            predicted=guesses[row],
            confidence=float(confidence[row]),
            distance_score=answers.distance_score(row),
            excluded=state.excluded,
        )
        found.append(mistake)
    return cut_page(found, limit, [str(offset + n + 1) for n in range(len(found))]), len(rows)
