import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tellapart.monitoring.prediction_log import PredictionLog
from tellapart.monitoring.rollups import RESOLUTIONS_S
from tellapart.monitoring.summary import read_summary
from tellapart.monitoring.windows import window_until
from tellapart.settings import Settings
from tellapart.store.database import Database
from tellapart.store.storage import Storage
from tellapart.store.tables import LoggedPrediction, PredictionRollup, now
from tests.support.predictions import NOON, answered, failed, write
from tests.support.servers.server import wait_until

pytestmark = pytest.mark.both_databases
ON_SQLITE = pytest.mark.both_databases(False)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, a log that is stopped writes what waits."""
    monkeypatch.setattr("tellapart.monitoring.prediction_log._FLUSH_S", 60.0)


@pytest.fixture
def log(storage: Storage, settings: Settings) -> PredictionLog:
    """A log whose thread is not running: a test writes by `flush`."""
    small = settings.model_copy(update={"prediction_log_waiting": 10})
    return PredictionLog(storage.database, small)


def rows(storage: Storage) -> int:
    with storage.database.reading() as session:
        return session.scalar(select(func.count()).select_from(LoggedPrediction)) or 0


@contextmanager
def locked(storage: Storage) -> Iterator[None]:
    """Another process writes, and does not end."""
    file = storage.settings.workspace / "tellapart.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@pytest.fixture
def impatient(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that gives up at once when the database is locked."""
    with storage.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 20")


def test_records_become_rows_and_counts(storage: Storage, log: PredictionLog) -> None:
    write(log, answered(), answered(1, abstained_because="low_confidence"), failed(2))
    assert (log.written, log.dropped, log.waiting) == (3, 0, 0)
    with storage.database.reading() as session:
        found = session.scalars(select(LoggedPrediction).order_by(LoggedPrediction.id)).all()
        assert [row.outcome for row in found] == ["answered", "abstained", "failed"]
        assert [row.at for row in found] == [NOON + timedelta(seconds=n) for n in range(3)]
        counts = session.scalars(select(PredictionRollup)).all()
    # A row for each resolution, of the version that answered and of none.
    assert sorted((row.resolution_s, row.model_version, row.requests) for row in counts) == sorted(
        (size, version, requests)
        for size in RESOLUTIONS_S
        for version, requests in ((1, 2), (0, 1))
    )


def test_batches_are_added_up(storage: Storage, log: PredictionLog) -> None:
    for _ in range(3):
        write(log, answered(), failed())
    with storage.database.reading() as session:
        total = read_summary(session, window_until("1h", NOON + timedelta(seconds=10))).total
    assert (total.requests, total.answered) == (6, 3)
    assert total.failures == {"422 not_an_image": 3}


def test_a_thread_writes_by_itself_and_stops(storage: Storage, log: PredictionLog) -> None:
    log.start()
    log.add(replace(answered(), at=now()))  # not old enough to be removed
    wait_until(lambda: rows(storage) == 1, "the record is written")
    log.add(replace(answered(), at=now()))
    log.stop()
    assert rows(storage) == 2, "what waits is written at the end"


@ON_SQLITE
def test_a_locked_database_costs_nothing_but_room(
    storage: Storage, log: PredictionLog, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with locked(storage):
        log.add(answered())
        assert not log.flush()
        assert log.problem is not None
        assert "locked" in log.problem
        with monkeypatch.context() as patch:
            patch.setattr(Database, "writing", None)  # whoever predicts does not wait for it
            for _ in range(1000):
                log.add(answered())
        assert log.dropped == 1000 - 10
        assert log.waiting == 11
        assert not log.flush()
    assert log.flush()
    assert (rows(storage), log.written, log.waiting) == (11, 11, 0)
    assert not log.problem
    with storage.database.reading() as session:
        counts = session.scalars(select(PredictionRollup)).all()
    dropped = dict.fromkeys(RESOLUTIONS_S, 0)
    for row in counts:
        dropped[row.resolution_s] += row.dropped
    assert set(dropped.values()) == {990}, "what was dropped is counted, once"


@ON_SQLITE
def test_a_stop_while_the_database_is_locked_does_not_hang(
    storage: Storage, log: PredictionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tellapart.monitoring.prediction_log._FLUSH_S", 0.2)
    log.start()
    with locked(storage):
        log.add(answered())
        log.stop()
        assert log._thread.is_alive(), "it still waits for the database"
    log._thread.join()


@ON_SQLITE
def test_a_full_disk(log: PredictionLog, storage: Storage, impatient: None) -> None:
    with storage.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    log.add(answered())
    for _ in range(200):
        if not log.flush():
            break
        log.add(answered(label="x" * 300))
    assert log.problem is not None
    assert "full" in log.problem
    with storage.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert log.flush()
    assert log.written == rows(storage)


def test_a_log_that_is_switched_off(storage: Storage, settings: Settings) -> None:
    log = PredictionLog(storage.database, settings.model_copy(update={"prediction_log": False}))
    write(log, answered())
    assert rows(storage) == 0


def test_a_clock_that_is_set_back(storage: Storage, log: PredictionLog) -> None:
    write(log, answered(0), answered(1))
    write(log, answered(-3600), answered(-3599))
    with storage.database.reading() as session:
        now = read_summary(session, window_until("1m", NOON + timedelta(seconds=2))).total
        both = read_summary(session, window_until("2h", NOON + timedelta(seconds=2))).total
        back = read_summary(session, window_until("1m", NOON - timedelta(seconds=3598))).total
    assert (now.requests, both.requests, back.requests) == (2, 4, 2)


def test_many_writers(storage: Storage, settings: Settings) -> None:
    """Each server process has a log of its own."""
    logs = [PredictionLog(Database(storage.database.engine.url), settings) for _ in range(3)]
    for log in logs:
        log.start()
    begins = now()
    for number in range(300):
        logs[number % 3].add(replace(answered(), at=begins))
    for log in logs:
        log.stop()
        log._database.close()
    with storage.database.reading() as session:
        total = read_summary(session, window_until("1h", begins)).total
    assert (total.requests, rows(storage)) == (300, 300)
