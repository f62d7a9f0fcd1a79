import pytest
from sqlalchemy.orm import Session

from tellapart.errors import (
    ImageTooLarge,
    InvalidClassName,
    InvalidImage,
    InvalidRequest,
    NotAnImage,
    NotFound,
    TruncatedImage,
)
from tellapart.intake.quarantine import (
    discard_quarantined,
    find_quarantined,
    kept_bytes,
    list_quarantined,
    release,
    suggested_fix,
)
from tellapart.store.storage import Storage
from tellapart.store.tables import Image, Job, QuarantinedFile

pytestmark = pytest.mark.both_databases


def quarantine(storage: Storage, name: str, data: bytes | None = None) -> QuarantinedFile:
    kept = None if data is None else storage.blobs.put(data)
    row = QuarantinedFile(name=name, content_hash=kept, code="not_an_image", reason="No picture.")
    with storage.database.writing() as session:
        session.add(row)
    return row


def names(session: Session) -> list[str]:
    return [row.name for row in list_quarantined(session).items]


def test_every_reason_has_its_own_advice() -> None:
    kinds = (InvalidImage, NotAnImage, TruncatedImage, ImageTooLarge, InvalidClassName)
    codes = {*(kind.code for kind in kinds), "unreadable", "conflicting_labels"}
    fixes = {suggested_fix(code) for code in codes}
    assert len(fixes) == len(codes)
    assert suggested_fix("something_new") not in fixes


def test_files_are_listed_a_page_at_a_time(storage: Storage) -> None:
    for n in range(5):
        quarantine(storage, f"{n}.jpg")
    with storage.database.reading() as session:
        first = list_quarantined(session, limit=2)
        second = list_quarantined(session, limit=2, cursor=first.next_cursor)
        third = list_quarantined(session, limit=2, cursor=second.next_cursor)
        with pytest.raises(InvalidRequest):
            list_quarantined(session, cursor="x")
    pages = [[row.name for row in page.items] for page in (first, second, third)]
    assert pages == [["4.jpg", "3.jpg"], ["2.jpg", "1.jpg"], ["0.jpg"]]
    assert third.next_cursor is None


def test_what_is_kept_of_a_file(storage: Storage) -> None:
    row = quarantine(storage, "a.jpg", b"text")
    assert kept_bytes(storage.blobs, row) == 4
    assert kept_bytes(storage.blobs, quarantine(storage, "b.jpg")) is None
    storage.blobs.delete(str(row.content_hash))
    assert kept_bytes(storage.blobs, row) is None


def test_a_discarded_file_is_gone_with_its_bytes(storage: Storage) -> None:
    row = quarantine(storage, "a.jpg", b"text")
    discard_quarantined(storage, row.id)
    assert not storage.blobs.exists(str(row.content_hash))
    with storage.database.reading() as session, pytest.raises(NotFound):
        find_quarantined(session, row.id)
    for number in (row.id, 10**12, -1):
        with pytest.raises(NotFound):
            discard_quarantined(storage, number)


def test_bytes_that_somebody_else_needs_stay(storage: Storage) -> None:
    first, second = (quarantine(storage, name, b"text") for name in ("a.jpg", "b.jpg"))
    name = str(first.content_hash)
    discard_quarantined(storage, first.id)
    assert storage.blobs.exists(name)
    image = Image(
        content_hash=name, thumbnail_hash="0", original_name="c.jpg", format="JPEG",
        width_px=1, height_px=1, exif_orientation=1, size_bytes=4,
    )  # fmt: skip
    with storage.database.writing() as session:
        session.add(image)
    discard_quarantined(storage, second.id)
    assert storage.blobs.exists(name)


def test_bytes_stay_while_an_import_runs(storage: Storage) -> None:
    row = quarantine(storage, "a.jpg", b"text")
    with storage.database.writing() as session:
        session.add(Job(id="1", kind="import", params={}, status="running"))
    discard_quarantined(storage, row.id)
    assert storage.blobs.exists(str(row.content_hash))
    with storage.database.reading() as session:
        assert names(session) == []


def test_images_that_came_in_leave(storage: Storage) -> None:
    rows = [quarantine(storage, f"{n}.jpg", bytes([n // 2])) for n in range(6)]
    quarantine(storage, "without.jpg")
    with storage.database.writing() as session:
        release(session, {str(row.content_hash) for row in rows[:4]})
        release(session, [])
    with storage.database.reading() as session:
        assert names(session) == ["without.jpg", "5.jpg", "4.jpg"]
