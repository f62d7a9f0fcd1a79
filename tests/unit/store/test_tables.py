from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from tellapart.store.storage import Storage
from tellapart.store.tables import ImageClass, Job, now

pytestmark = pytest.mark.both_databases


def job(job_id: str, created_at: datetime) -> Job:
    return Job(id=job_id, kind="import", params={}, created_at=created_at)


def test_times_come_back_in_utc(storage: Storage) -> None:
    given = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=timezone(timedelta(hours=5)))
    with storage.database.writing() as session:
        session.add(job("a", given))
    with storage.database.reading() as session:
        found = session.get_one(Job, "a").created_at
    assert found == given
    assert found.tzinfo is UTC
    assert found.hour == 23


def test_a_time_without_a_zone_is_refused(storage: Storage) -> None:
    with (
        pytest.raises(StatementError, match="a time without a zone"),
        storage.database.writing() as session,
    ):
        session.add(job("a", datetime(2026, 2, 3)))  # noqa: DTZ001


def test_times_compare_in_the_database(storage: Storage) -> None:
    at = datetime(2026, 2, 3, 12, tzinfo=UTC)
    with storage.database.writing() as session:
        session.add(job("early", at - timedelta(microseconds=1)))
        session.add(job("late", at + timedelta(hours=1)))
    elsewhere = at.astimezone(timezone(timedelta(hours=-9)))
    with storage.database.reading() as session:
        assert list(session.scalars(select(Job.id).where(Job.created_at < elsewhere))) == ["early"]


def test_now_has_a_zone() -> None:
    assert now().tzinfo is UTC


def test_names_keep_every_character(storage: Storage) -> None:
    name = "chats 🐈 «noirs» ' \" ; -- \\ é e\u0301"
    with storage.database.writing() as session:
        session.add(ImageClass(name=name))
    with storage.database.reading() as session:
        assert session.scalar(select(ImageClass.name)) == name
