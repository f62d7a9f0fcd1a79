import pytest
from blake3 import blake3
from sqlalchemy.orm import Session

from tellapart.dataset.versions import (
    NewEntry,
    current_version,
    labeled_images,
    latest_version,
    put_entries,
)
from tellapart.errors import DatasetError, NotFound
from tellapart.store.storage import Storage
from tellapart.store.tables import DatasetEntry, DatasetVersion, Image, Split


def add_image(session: Session, seed: int, width_px: int = 10, height_px: int = 20) -> Image:
    name = blake3(str(seed).encode()).hexdigest()
    image = Image(
        content_hash=name, thumbnail_hash=name, original_name=f"{seed}.jpg", format="JPEG",
        width_px=width_px, height_px=height_px, exif_orientation=1, size_bytes=1,
    )  # fmt: skip
    session.add(image)
    session.flush()
    return image


def entry(
    session: Session, seed: int, label: str | None = "cats", split: Split | None = "train"
) -> NewEntry:
    image = add_image(session, seed)
    return NewEntry(image.id, image.content_hash, label, split)


def add(session: Session, *entries: NewEntry) -> DatasetVersion:
    version = put_entries(session, entries, origin="given", reason="test")
    assert version is not None
    return version


def test_there_is_no_version_at_first(storage: Storage) -> None:
    with storage.database.reading() as session:
        assert latest_version(session) is None
        with pytest.raises(DatasetError, match="tellapart import FOLDER"):
            current_version(session)


def test_nothing_to_add_makes_no_version(storage: Storage) -> None:
    with storage.database.writing() as session:
        assert put_entries(session, [], origin="given", reason="test") is None
        assert latest_version(session) is None


def test_each_change_is_a_version(storage: Storage) -> None:
    with storage.database.writing() as session:
        first = add(session, entry(session, 1), entry(session, 2, "dogs", "test"))
        second = add(session, entry(session, 3, "owls", "validation"))
        assert (first.id, second.id) == (1, 2)
        assert current_version(session).id == 2
        assert {image.label for image in labeled_images(session, 1)} == {"cats", "dogs"}
        assert {image.label for image in labeled_images(session, 2)} == {"cats", "dogs", "owls"}


def test_an_entry_is_there_until_before_it_is_removed(storage: Storage) -> None:
    with storage.database.writing() as session:
        add(session, entry(session, 1))
        add(session, entry(session, 2))
        add(session, entry(session, 3))
        session.get_one(DatasetEntry, 1).removed_in = 3
        session.flush()
        assert [len(labeled_images(session, version)) for version in (1, 2, 3)] == [1, 2, 2]


def test_a_version_that_does_not_exist(storage: Storage) -> None:
    with storage.database.reading() as session, pytest.raises(NotFound, match="version 7"):
        labeled_images(session, 7)


def test_the_order_is_stable_and_unlabelled_pictures_are_left_out(storage: Storage) -> None:
    with storage.database.writing() as session:
        add(session, *(entry(session, seed) for seed in range(10)), entry(session, 99, None, None))
        found = [image.content_hash for image in labeled_images(session, 1)]
        assert len(found) == 10
        assert found == sorted(found)
        assert labeled_images(session, 1)[0].longer_side_px == 20


def test_the_content_id_does_not_depend_on_the_way(storage: Storage) -> None:
    with storage.database.writing() as session:
        entries = [entry(session, seed, "cats" if seed % 2 else "dogs") for seed in range(6)]
        whole = add(session, *entries).content_id
        session.rollback()
    with storage.database.writing() as session:
        entries = [entry(session, seed, "cats" if seed % 2 else "dogs") for seed in range(6)]
        add(session, *entries[4:])
        parts = add(session, *reversed(entries[:4])).content_id
    assert whole == parts
    assert len(whole) == 64


def test_the_content_id_tells_contents_apart(storage: Storage) -> None:
    contents: list[tuple[str | None, Split | None]] = [
        ("cats", "train"), ("cats", "test"), ("dogs", "train"), (None, None),
    ]  # fmt: skip
    found = set()
    for label, split in contents:
        with storage.database.writing() as session:
            found.add(add(session, entry(session, 1, label, split)).content_id)
            session.rollback()
    assert len(found) == len(contents)


def test_a_version_is_not_altered_by_the_next(storage: Storage) -> None:
    with storage.database.writing() as session:
        first = add(session, entry(session, 1))
        before = (first.content_id, first.reason, dict(first.summary), first.created_at)
    with storage.database.writing() as session:
        add(session, entry(session, 2, "dogs"))
    with storage.database.reading() as session:
        again = session.get_one(DatasetVersion, 1)
        assert (again.content_id, again.reason, again.summary, again.created_at) == before


def test_more_entries_than_one_statement_takes(storage: Storage) -> None:
    with storage.database.writing() as session:
        image = add_image(session, 1)
        many = [NewEntry(image.id, f"{n:064x}", "cats", "train") for n in range(12_000)]
        put_entries(session, many, origin="given", reason="test")
        assert len(labeled_images(session, 1)) == 12_000
