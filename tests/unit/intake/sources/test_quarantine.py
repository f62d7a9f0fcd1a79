import pytest

from tellapart.errors import InvalidImage
from tellapart.intake.sources.quarantine import QuarantineSource
from tellapart.store.storage import Storage
from tellapart.store.tables import QuarantinedFile


def quarantine(storage: Storage, name: str, label: str | None, data: bytes | None) -> None:
    row = QuarantinedFile(
        name=name, label=label, split="test" if label else None, code="truncated_image",
        reason="Cut off.", content_hash=None if data is None else storage.blobs.put(data),
    )  # fmt: skip
    with storage.database.writing() as session:
        session.add(row)


def test_the_files_with_what_was_said_of_them(storage: Storage) -> None:
    quarantine(storage, "cats/a.jpg", "cats", b"aa")
    quarantine(storage, "gone.jpg", None, None)
    quarantine(storage, "b.jpg", None, b"b")
    with QuarantineSource(storage) as source:
        assert source.total == 2
        found = [
            (item.name, item.label, item.split, item.size_bytes, item.read())
            for item in source.items()
        ]
        assert found == [("cats/a.jpg", "cats", "test", 2, b"aa"), ("b.jpg", None, None, 1, b"b")]
        assert (source.refused, source.skipped) == ([], {})


def test_more_files_than_are_read_at_once(storage: Storage) -> None:
    kept = storage.blobs.put(b"text")
    rows = [
        QuarantinedFile(name=f"{n}", content_hash=kept, code="not_an_image", reason="No.")
        for n in range(1_201)
    ]
    with storage.database.writing() as session:
        session.add_all(rows)
    source = QuarantineSource(storage)
    names = []
    for item in source.items():
        names.append(item.name)
        if len(names) == 10:
            quarantine(storage, "later", None, b"later")
    assert names == [str(n) for n in range(1_201)]


def test_a_class_name_that_cannot_be_used_is_left_out(storage: Storage) -> None:
    quarantine(storage, "a.jpg", "x" * 300, b"a")
    assert [item.label for item in QuarantineSource(storage).items()] == [None]


def test_bytes_that_are_missing(storage: Storage) -> None:
    quarantine(storage, "a.jpg", "cats", b"a")
    [item] = QuarantineSource(storage).items()
    with storage.database.reading() as session:
        row = session.get(QuarantinedFile, 1)
    assert row is not None
    storage.blobs.delete(str(row.content_hash))
    with pytest.raises(InvalidImage, match="missing"):
        item.read()
