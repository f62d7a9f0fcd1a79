"""Files that an import cannot use, and imports that cannot go on."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from tellapart.dataset.edits import Edit, edit_images
from tellapart.dataset.insights import read_insights
from tellapart.errors import SourceError
from tellapart.intake.pipeline import ingest
from tellapart.intake.sources import RefusedFile
from tellapart.intake.sources.quarantine import QuarantineSource
from tellapart.store.blobs import content_hash
from tellapart.store.storage import Storage
from tellapart.store.tables import (
    Image,
)
from tests.support.images.arrays import ImageArrays, bring_in, current, quarantine, versions
from tests.support.images.builders import class_files, jpeg_bytes, png_bytes


def test_bad_files_are_quarantined_with_their_bytes_and_the_reason(storage: Storage) -> None:
    bad = {
        "cats/text.jpg": b"This is no picture.",
        "cats/cut.jpg": jpeg_bytes(400, 300)[:-2000],
        "cats/empty.jpg": b"",
    }
    result = bring_in(storage, {**class_files({"cats": 3}), **bad})
    assert (result.added, result.quarantined) == (3, 3)
    codes = {file.name: file.code for file in result.rejected}
    assert codes == {
        "cats/text.jpg": "not_an_image",
        "cats/cut.jpg": "truncated_image",
        "cats/empty.jpg": "not_an_image",
    }
    rows = {row.name: row for row in quarantine(storage)}
    assert set(rows) == set(bad)
    for name, row in rows.items():
        assert len(row.reason) > 20
        if bad[name]:
            assert row.content_hash is not None
            assert storage.blobs.read(row.content_hash) == bad[name]
        else:
            assert row.content_hash is None


def test_the_same_bad_file_again_is_written_down_once(storage: Storage) -> None:
    for _ in range(2):
        result = bring_in(storage, {"cats/text.jpg": b"no picture", "cats/empty.jpg": b""})
        assert result.quarantined == 2
    assert len(quarantine(storage)) == 2


def test_what_the_source_refused_is_quarantined_too(storage: Storage) -> None:
    refused = [
        RefusedFile("x/a.jpg", "invalid_class_name", "The name is too long.", lambda: b"bytes"),
        RefusedFile("b.jpg", "unsafe_archive", "It unpacks to too much."),
    ]
    result = bring_in(storage, class_files({"cats": 1}), refused=refused)
    assert result.quarantined == 2
    first, second = quarantine(storage)
    assert (first.code, first.reason) == ("invalid_class_name", "The name is too long.")
    assert first.content_hash is not None
    assert storage.blobs.read(first.content_hash) == b"bytes"
    assert second.content_hash is None


def test_of_many_bad_files_the_first_hundred_are_named(storage: Storage) -> None:
    result = bring_in(storage, {f"cats/{n}.jpg": f"text {n}".encode() for n in range(150)})
    assert result.quarantined == 150
    assert len(result.rejected) == 100
    assert len(quarantine(storage)) == 150


def test_a_file_that_cannot_be_read_is_quarantined(storage: Storage) -> None:
    def unreadable() -> bytes:
        raise PermissionError(13, "Permission denied")

    result = bring_in(storage, {**class_files({"cats": 2}), "cats/locked.jpg": unreadable})
    assert (result.added, result.quarantined) == (2, 1)
    assert result.rejected[0].code == "unreadable"
    assert "Permission denied" in result.rejected[0].reason


def test_a_full_disk_ends_the_import(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_data: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.blobs, "stage", full)
    with pytest.raises(OSError, match="No space left"):
        bring_in(storage, class_files({"cats": 3}))
    assert quarantine(storage) == []
    assert versions(storage) == []


def test_a_source_that_has_to_be_given_up_ends_the_import(storage: Storage) -> None:
    def broken() -> bytes:
        raise SourceError("The archive is damaged.")

    with pytest.raises(SourceError):
        bring_in(storage, {**class_files({"cats": 2}), "cats/x.jpg": broken})
    assert versions(storage) == []


def test_a_source_with_nothing_good(storage: Storage) -> None:
    result = bring_in(storage, {"cats/a.jpg": b"x"})
    assert (result.added, result.dataset_version) == (0, None)


def test_counts_of_other_kinds_are_passed_on(storage: Storage) -> None:
    source = ImageArrays({**class_files({"cats": 1})}, skipped=Counter({".txt file": 3}))
    result = ingest(storage, source, on_progress=lambda *_: None, name="my upload.zip")
    assert result.skipped == {".txt file": 3}
    assert result.source == "my upload.zip"
    assert versions(storage)[0].reason == "Imported 1 from my upload.zip"


def test_the_largest_image_that_is_allowed(storage: Storage) -> None:
    small = storage.settings.model_copy(update={"max_image_pixels": 48 * 40})
    limited = Storage(small, storage.database, storage.blobs)
    result = bring_in(
        limited, {"cats/fits.png": png_bytes(48, 40), "cats/big.png": png_bytes(49, 40)}
    )
    assert result.added == 1
    assert [file.code for file in result.rejected] == ["image_too_large"]


def test_an_excluded_image_does_not_come_back(storage: Storage) -> None:
    files = class_files({"cats": 3})
    bring_in(storage, files)
    with storage.database.writing() as session:
        image_id = session.scalars(select(Image.id)).first() or 0
        edit_images(session, [image_id], Edit(excluded=True), storage.settings, author="")
    result = bring_in(storage, files)
    assert (result.added, result.duplicates) == (0, 3)
    with storage.database.reading() as session:
        assert read_insights(session).excluded == 1


def test_a_file_that_is_good_after_all_leaves_the_quarantine(storage: Storage) -> None:
    strict = replace(storage, settings=storage.settings.model_copy(update={"max_image_pixels": 10}))
    data = jpeg_bytes()
    assert bring_in(strict, {"cats/a.jpg": data}, split="test").quarantined == 1
    kept = quarantine(storage)
    assert (kept[0].label, kept[0].split, kept[0].content_hash) == (
        "cats", "test", content_hash(data),
    )  # fmt: skip
    with QuarantineSource(storage) as source:
        result = ingest(storage, source, on_progress=lambda *_: None)
    assert (result.added, result.classes) == (1, {"cats": 1})
    assert quarantine(storage) == []
    assert [image.split for image in current(storage).values()] == ["test"]
