from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tellapart.dataset.edits import Edit, edit_images
from tellapart.dataset.entries import (
    ImageFilter,
    find_entry,
    get_entries,
    image_columns,
    list_entries,
    map_columns,
)
from tellapart.dataset.issues import FoundIssue, refresh_counts, write_issues
from tellapart.errors import InvalidRequest, NotFound
from tellapart.intake.pipeline import ingest
from tellapart.intake.sources import open_source
from tellapart.settings import Settings
from tellapart.store.storage import Storage
from tellapart.store.tables import DatasetEntry, ImageCheck, ImageClass
from tests.support.images.builders import make_image_folder

pytestmark = pytest.mark.both_databases

ALL = ImageFilter()


@pytest.fixture
def session(storage: Storage, tmp_path: Path) -> Iterator[Session]:
    folder = make_image_folder(tmp_path / "pictures", {"cats": 10, "dogs": 6})
    with open_source(folder, storage.settings) as source:
        ingest(storage, source, on_progress=lambda *_: None)
    with storage.database.writing() as opened:
        yield opened


def ids_of(session: Session, chosen: ImageFilter) -> list[int]:
    found = image_columns(session, chosen).ids
    assert found == [p.image.id for p in list_entries(session, chosen, limit=500).items]
    return found


def test_pages_hold_each_image_once(session: Session) -> None:
    seen: list[int] = []
    cursor = None
    while True:
        found = list_entries(session, ALL, limit=5, cursor=cursor)
        seen += [image.image.id for image in found.items]
        cursor = found.next_cursor
        if cursor is None:
            break
        assert len(found.items) == 5
    assert len(seen) == len(set(seen)) == 16


def test_by_class_split_origin_and_text(session: Session) -> None:
    cats = list_entries(session, ImageFilter(label="cats")).items
    assert [found.label for found in cats] == ["cats"] * 10
    test = list_entries(session, ImageFilter(split="test")).items
    assert {found.entry.split for found in test} == {"test"}
    both = ids_of(session, ImageFilter(label="cats", split="test"))
    assert both == [found.image.id for found in test if found.label == "cats"]
    assert ids_of(session, ImageFilter(label="owls")) == []
    assert ids_of(session, ImageFilter(label="'; --")) == []
    assert len(ids_of(session, ImageFilter(origin="given"))) == 16
    assert ids_of(session, ImageFilter(origin="human")) == []
    assert len(ids_of(session, ImageFilter(text="DOGS/"))) == 6
    assert ids_of(session, ImageFilter(text="100%_")) == []
    assert ids_of(session, ImageFilter(unlabeled=True)) == []


def test_excluded_images_are_apart(session: Session, settings: Settings) -> None:
    first = ids_of(session, ALL)[0]
    edit_images(session, [first], Edit(excluded=True), settings, author="")
    assert first not in ids_of(session, ALL)
    assert ids_of(session, replace(ALL, excluded=True)) == [first]
    assert find_entry(session, first).entry.excluded


def test_by_issue(session: Session, settings: Settings) -> None:
    ids = ids_of(session, ALL)
    dogs = session.scalar(select(ImageClass.id).where(ImageClass.name == "dogs"))
    write_issues(session, "label", [FoundIssue(ids[0], 0.1, dogs), FoundIssue(ids[1], 0.2)], ids)
    refresh_counts(session)
    assert ids_of(session, ImageFilter(issue="label")) == ids[:2]
    found = find_entry(session, ids[0])
    assert [(one.row.kind, one.suggested_label) for one in found.issues] == [("label", "dogs")]
    edit_images(session, ids[:1], Edit(keep=["label"]), settings, author="")
    assert ids_of(session, ImageFilter(issue="label")) == ids[1:2]


def test_columns_name_the_class_of_each(session: Session) -> None:
    found = image_columns(session, ALL)
    assert [found.class_names[number] for number in found.classes] == [
        image.label for image in get_entries(session, found.ids)
    ]


def test_the_map(session: Session) -> None:
    ids = ids_of(session, ALL)
    assert map_columns(session, limit=10).total == 0
    session.add_all(
        ImageCheck(image_id=image_id, map_x=number / 16, map_y=0.5)
        for number, image_id in enumerate(ids)
    )
    found = map_columns(session, limit=100)
    assert (found.ids, found.total) == (ids, 16)
    assert found.x[:3] == [0.0, 0.0625, 0.125]
    few = map_columns(session, limit=5)
    assert len(few.ids) == len(few.x) == len(few.classes) == 4
    assert few.total == 16


def test_a_wrong_cursor(session: Session) -> None:
    with pytest.raises(InvalidRequest):
        list_entries(session, ALL, cursor="abc")


def test_one_image(session: Session) -> None:
    first = list_entries(session, ALL).items[0]
    found = find_entry(session, first.image.id)
    assert found.image.content_hash == first.image.content_hash
    assert found.label == first.label


@pytest.mark.parametrize("image_id", [0, -1, 999, 2**31, 2**63, 10**40])
def test_images_that_do_not_exist(session: Session, image_id: int) -> None:
    with pytest.raises(NotFound, match=f"no picture {image_id}"):
        find_entry(session, image_id)


def test_a_removed_image_is_not_shown(session: Session) -> None:
    found = list_entries(session, ALL).items[0]
    session.get_one(DatasetEntry, found.entry.id).removed_in = 1
    session.flush()
    with pytest.raises(NotFound):
        find_entry(session, found.image.id)
    assert len(ids_of(session, ALL)) == 15
