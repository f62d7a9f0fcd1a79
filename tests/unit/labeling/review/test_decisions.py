from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from tellapart.dataset.edits import Edit, edit_images
from tellapart.dataset.versions import current_states, current_version
from tellapart.errors import InvalidClassName, InvalidRequest, NothingToUndo
from tellapart.labeling.review.decisions import (
    MOST_DECISIONS,
    ReviewDecision,
    ReviewResult,
    decide,
    undo,
)
from tellapart.labeling.review.pace import labels_per_hour
from tellapart.labeling.review.queue import ReviewFilter, read_queue
from tellapart.store.storage import Storage
from tellapart.store.tables import ReviewBatch, now

pytestmark = pytest.mark.both_databases


def decided(storage: Storage, *given: tuple[object, ...], holder: str = "ann") -> ReviewResult:
    decisions = [ReviewDecision(*each) for each in given]  # type: ignore[arg-type]
    with storage.database.writing() as session:
        return decide(session, decisions, storage.settings, holder=holder, author="ann")


def undone(storage: Storage, holder: str = "ann") -> ReviewResult:
    with storage.database.writing() as session:
        return undo(session, holder=holder, author="ann")


def labels(storage: Storage, ids: list[int]) -> list[tuple[str | None, str, bool]]:
    with storage.database.reading() as session:
        found = current_states(session, ids)
    return [(found[i].label, found[i].origin, found[i].excluded) for i in ids]


def queue(storage: Storage) -> list[int]:
    found = read_queue(storage.database, ReviewFilter(), "zoe", 1)
    return [item.image_id for item in found.items]


def test_decisions_are_one_version_and_one_undo(
    storage: Storage, waiting: Callable[[], list[int]]
) -> None:
    ids = waiting()
    before = labels(storage, ids)
    told = (
        (ids[0], "accept"), (ids[1], "accept", "cats"), (ids[2], "label", " owls "),
        (ids[3], "reject"), (ids[4], "skip"), (ids[6], "accept"),
    )  # fmt: skip
    found = decided(storage, *told)
    assert (found.changed, found.dataset_version, found.conflicts) == (5, 2, [])
    assert labels(storage, ids) == [
        ("cats", "human", False), ("cats", "human", False), ("owls", "human", False),
        (None, "given", True), (None, "given", False), (None, "given", False),
        ("cats", "human", False),
    ]  # fmt: skip
    assert queue(storage) == [ids[5], ids[4]], "a skipped one comes last, to everybody"
    with storage.database.reading() as session:
        assert current_version(session).reason == "Review: 4 labelled, 1 excluded"
    again = decided(storage, *told[:4])
    assert (again.changed, again.dataset_version, again.conflicts) == (0, 2, []), "sent twice"
    with pytest.raises(NothingToUndo, match="nothing here"):
        undone(storage, "bob")
    back = undone(storage)
    assert (back.changed, back.dataset_version, back.conflicts) == (5, 3, [])
    assert labels(storage, ids) == before
    assert queue(storage)[:5] == [*ids[:4], ids[6]], "what was taken back comes first"
    with pytest.raises(NothingToUndo):
        undone(storage)


def test_what_somebody_else_decided_stays(
    storage: Storage, waiting: Callable[[], list[int]]
) -> None:
    ids = waiting()
    decided(storage, (ids[0], "label", "owls"), (ids[1], "reject"), holder="bob")
    found = decided(
        storage, (ids[0], "accept"), (ids[1], "accept"), (ids[2], "accept"), (999, "reject")
    )
    assert found.changed == 1
    assert [(each.image_id, each.reason) for each in found.conflicts] == [
        (ids[0], "labelled"), (ids[1], "excluded"), (999, "not_found"),
    ]  # fmt: skip
    assert "owls" in found.conflicts[0].detail
    with storage.database.writing() as session:
        edit_images(session, [ids[2]], Edit("owls"), storage.settings, author="bob")
    assert [(each.image_id, each.reason) for each in undone(storage).conflicts] == [
        (ids[2], "changed")
    ]
    assert labels(storage, ids[:3]) == [
        ("owls", "human", False), (None, "given", True), ("owls", "human", False),
    ]  # fmt: skip


def test_what_cannot_be_decided_changes_nothing(
    storage: Storage, waiting: Callable[[], list[int]]
) -> None:
    ids = waiting()
    good = (ids[0], "accept")
    with pytest.raises(InvalidRequest, match="came 2 times"):
        decided(storage, good, good)
    with pytest.raises(InvalidRequest, match="no label"):
        decided(storage, good, (ids[1], "label"))
    with pytest.raises(InvalidRequest, match="no action 'keep'"):
        decided(storage, good, (ids[1], "keep"))
    with pytest.raises(InvalidRequest, match="Nothing is suggested"):
        decided(storage, good, (ids[5], "accept"))
    with pytest.raises(InvalidClassName):
        decided(storage, good, (ids[1], "label", " "))
    with pytest.raises(InvalidRequest, match="501 decisions"):
        decided(storage, *((n, "skip") for n in range(MOST_DECISIONS + 1)))
    assert labels(storage, ids[:1]) == [(None, "given", False)]


def test_the_pace_leaves_out_pauses(storage: Storage) -> None:
    start = now()
    with storage.database.writing() as session:
        for seconds, count in ((0, 9), (60, 4), (120, 2), (4000, 50), (4060, 0)):
            at = start + timedelta(seconds=seconds)
            session.add(ReviewBatch(holder="ann", decided=count, at=at))
    with storage.database.reading() as session:
        assert labels_per_hour(session, "ann") == pytest.approx(6 / 180 * 3600)
        assert labels_per_hour(session, "bob") is None
        assert len(session.scalars(select(ReviewBatch)).all()) == 5
