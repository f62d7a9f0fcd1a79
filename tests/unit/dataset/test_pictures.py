from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tellapart.dataset.intake import take_in
from tellapart.dataset.pictures import find_picture, list_pictures
from tellapart.dataset.sources import open_source
from tellapart.errors import InvalidRequest, NotFound
from tellapart.store.storage import Storage
from tests.builders import make_image_folder


@pytest.fixture
def session(storage: Storage, tmp_path: Path) -> Iterator[Session]:
    folder = make_image_folder(tmp_path / "pictures", {"cats": 10, "dogs": 6})
    with open_source(folder, storage.settings) as source:
        take_in(storage, source, on_progress=lambda *_: None)
    with storage.database.writing() as opened:
        yield opened


def test_pages_hold_each_picture_once(session: Session) -> None:
    seen: list[int] = []
    cursor = None
    while True:
        page = list_pictures(session, limit=5, cursor=cursor)
        seen += [found.image.id for found in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
        assert len(page.items) == 5
    assert len(seen) == len(set(seen)) == 16


def test_by_class_and_by_split(session: Session) -> None:
    cats = list_pictures(session, label="cats").items
    assert [found.label for found in cats] == ["cats"] * 10
    test = list_pictures(session, split="test").items
    assert {found.entry.split for found in test} == {"test"}
    both = list_pictures(session, label="cats", split="test").items
    assert [found.image.id for found in both] == [
        found.image.id for found in test if found.label == "cats"
    ]
    assert list_pictures(session, label="owls").items == []
    assert list_pictures(session, label="'; --").items == []


def test_a_wrong_cursor(session: Session) -> None:
    with pytest.raises(InvalidRequest):
        list_pictures(session, cursor="abc")


def test_one_picture(session: Session) -> None:
    first = list_pictures(session).items[0]
    found = find_picture(session, first.image.id)
    assert found.image.content_hash == first.image.content_hash
    assert found.label == first.label


@pytest.mark.parametrize("image_id", [0, -1, 999, 2**31, 2**63, 10**40])
def test_pictures_that_do_not_exist(session: Session, image_id: int) -> None:
    with pytest.raises(NotFound, match=f"no picture {image_id}"):
        find_picture(session, image_id)


def test_a_removed_picture_is_not_shown(session: Session) -> None:
    found = list_pictures(session).items[0]
    found.entry.removed_in = 1
    session.flush()
    with pytest.raises(NotFound):
        find_picture(session, found.image.id)
    assert len(list_pictures(session, limit=100).items) == 15
