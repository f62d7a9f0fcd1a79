from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from tellapart.labeling.review.queue import NOBODY, ReviewFilter, read_queue, take_from_queue
from tellapart.labeling.review.waiting import waiting_images, write_places
from tellapart.store.storage import Storage
from tellapart.store.tables import ReviewLease, now
from tests.support.entries import state, write

pytestmark = pytest.mark.both_databases


def taken(storage: Storage, holder: str, limit: int = 3, **chosen: object) -> list[int]:
    wanted = ReviewFilter(limit=limit, **chosen)  # type: ignore[arg-type]
    return [item.image_id for item in take_from_queue(storage.database, wanted, holder, 1).items]


def test_others_get_different_images_until_a_lease_is_over(
    storage: Storage, waiting: Callable[[], list[int]]
) -> None:
    ids = waiting()
    first, second = taken(storage, "ann"), taken(storage, "bob")
    assert (len(first), len(second), set(first) & set(second)) == (3, 3, set())
    assert taken(storage, "ann") == first, "its own again"
    third = taken(storage, "eve")
    assert set(first + second + third) == set(ids)
    assert taken(storage, "dan") == []
    with storage.database.writing() as session:
        over = update(ReviewLease).where(ReviewLease.holder == "ann")
        session.execute(over.values(expires_at=now() - timedelta(seconds=1)))
    assert taken(storage, "dan") == first


def test_who_cannot_be_told_apart_gets_different_images_while_there_are_any(
    storage: Storage, waiting: Callable[[], list[int]]
) -> None:
    ids = waiting()
    first, second = taken(storage, NOBODY), taken(storage, NOBODY)
    assert set(first) & set(second) == set()
    assert set(taken(storage, NOBODY, 7)) == set(ids)


def test_what_waits(storage: Storage, waiting: Callable[[], list[int]]) -> None:
    ids = waiting()
    found = read_queue(storage.database, ReviewFilter(), "ann", 1)
    counts = found.counts
    assert (counts.waiting, counts.by_label) == (7, {"cats": 3, "dogs": 2})
    assert (counts.unasked, read_queue(storage.database, ReviewFilter(), "", 2).counts.unasked) == (
        2, 6,
    )  # fmt: skip
    items = {item.image_id: item for item in found.items}
    told = [(items[i].suggested_label, items[i].confidence) for i in ids]
    assert told[0] == ("cats", 0.9)
    assert told[4:] == [(None, None), (None, None), ("cats", None)]
    assert set(taken(storage, "ann", label="cats")) == {ids[0], ids[2], ids[6]}
    assert found.labels_per_hour is None


def test_the_order_that_was_written_comes_first_and_random_is_reproducible(
    storage: Storage, waiting: Callable[[], list[int]]
) -> None:
    ids = waiting()
    with storage.database.writing() as session:
        write_places(session, [(ids[5], "different"), (ids[0], "uncertain")])
        by_hash = [image.image_id for image in waiting_images(session)]
    items = read_queue(storage.database, ReviewFilter(limit=3), "ann", 1).items
    assert [(i.image_id, i.reason) for i in items[:2]] == [
        (ids[5], "different"), (ids[0], "uncertain"),
    ]  # fmt: skip
    assert items[2].image_id == next(i for i in by_hash if i not in (ids[5], ids[0]))
    assert taken(storage, "ann", 4, order="random") == by_hash[:4]
    assert taken(storage, "bob", 9, order="random") == by_hash[4:]


def test_nothing_is_suggested_before_two_classes_have_labels(storage: Storage) -> None:
    with storage.database.writing() as session:
        write(session, {1: state("cats"), 2: state(None, None)})
    found = read_queue(storage.database, ReviewFilter(), "ann", None)
    assert [item.suggested_label for item in found.items] == [None]
    assert (found.counts.waiting, found.counts.by_label) == (1, {})
    assert read_queue(storage.database, ReviewFilter(label="cats"), "ann", None).items == []
