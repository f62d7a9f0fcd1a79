from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tellapart.store.cached_answer import CachedAnswer
from tellapart.store.storage import Storage
from tellapart.store.tables import ImageClass


def count(session: Session) -> int:
    return session.scalar(select(func.count(ImageClass.id))) or 0


def encode(number: int) -> bytes:
    return str(number).encode()


def add(storage: Storage, name: str) -> None:
    with storage.database.writing() as session:
        session.add(ImageClass(name=name))


def test_an_answer_is_fresh_until_something_is_committed(storage: Storage) -> None:
    answer = CachedAnswer(storage.database, count, count)
    assert answer.fresh() is None
    assert answer.make(encode) == b"0"
    assert answer.fresh() == b"0"
    add(storage, "cats")
    assert answer.fresh() is None, "at once, not after a while"
    assert answer.make(encode) == b"1"
    assert answer.fresh() == b"1"
    answer.close()


def test_what_it_does_not_depend_on_does_not_make_it_anew(storage: Storage) -> None:
    read: list[int] = []

    def reading(session: Session) -> int:
        read.append(1)
        return count(session)

    answer = CachedAnswer(storage.database, lambda _session: "always the same", reading)
    assert answer.make(encode) == b"0"
    add(storage, "cats")
    assert answer.fresh() is None
    assert answer.make(encode) == b"0"
    assert answer.fresh() == b"0"
    assert len(read) == 1
    answer.close()
