"""The log of predictions, written in batches by one thread, off the path of the requests.

Whoever adds a record never waits for the database. While it is locked, or its disk is full, records
wait in memory; what finds no more room there is dropped, and counted.
"""

import queue
import threading
import time
from dataclasses import fields
from typing import Any

import structlog
from sqlalchemy import insert

from tellapart.monitoring.counters import DROPPED, WAITING, WRITTEN
from tellapart.monitoring.records import PredictionRecord
from tellapart.monitoring.retention import remove_expired
from tellapart.monitoring.rollups import add_rollups, roll_up
from tellapart.settings import Settings
from tellapart.store.database import Database
from tellapart.store.tables import LoggedPrediction, now

# Updating the roll-ups costs the same for few predictions as for many.
_INTERVAL_S = 2.0
_MAX_BATCH = 5_000
_RETENTION_INTERVAL_S = 600.0
# What waits when a server stops is given this long.
_FLUSH_S = 3.0
_FIELDS = tuple(field.name for field in fields(PredictionRecord))
_log = structlog.get_logger()


class PredictionLog:
    """Takes records of predictions, from any thread. `written` and `dropped` only grow."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._queue: queue.Queue[PredictionRecord] = queue.Queue(settings.prediction_log_waiting)
        # Taken from the queue and not written yet: a batch that failed is tried again.
        self._batch: list[PredictionRecord] = []
        self._dropped_before = 0
        self._writing = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prediction-log", daemon=True)
        self.written = 0
        self.dropped = 0
        self.problem: str | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, if the database lets it, and end."""
        self._stopping.set()
        self._thread.join(_FLUSH_S)
        if self.waiting:
            _log.warning("prediction_log_lost", records=self.waiting, problem=self.problem)

    def add(self, record: PredictionRecord) -> None:
        """Log a prediction soon, or drop it when too many wait."""
        if not self._settings.prediction_log:
            return
        try:
            self._queue.put_nowait(record)
        except queue.Full:
            self.dropped += 1
            DROPPED.inc()

    @property
    def waiting(self) -> int:
        """Records that are not written yet."""
        return self._queue.qsize() + len(self._batch)

    def flush(self, timeout_s: float = _FLUSH_S) -> bool:
        """Write what waits now; whether that was possible."""
        if not self._writing.acquire(timeout=timeout_s):
            return False
        try:
            return self._write_waiting()
        finally:
            WAITING.set(self.waiting)
            self._writing.release()

    def _run(self) -> None:
        cleaned = time.monotonic() - _RETENTION_INTERVAL_S
        while not self._stopping.wait(_INTERVAL_S):
            self.flush()
            if time.monotonic() - cleaned >= _RETENTION_INTERVAL_S:
                cleaned = time.monotonic()
                self._clean()
        self.flush()

    def _write_waiting(self) -> bool:
        while True:
            while len(self._batch) < _MAX_BATCH and not self._queue.empty():
                self._batch.append(self._queue.get_nowait())
            dropped = self.dropped - self._dropped_before
            if not self._batch and not dropped:
                return True
            try:
                self._write(self._batch, dropped)
            except Exception as error:
                self._report(f"{type(error).__name__}: {error}".partition("\n")[0])
                return False
            self.problem = None
            self.written += len(self._batch)
            WRITTEN.inc(len(self._batch))
            self._dropped_before += dropped
            self._batch = []

    def _write(self, batch: list[PredictionRecord], dropped: int) -> None:
        rows = [row_of(record) for record in batch]
        counts = roll_up(batch, dropped, now())
        with self._database.writing() as session:
            if rows:
                session.execute(insert(LoggedPrediction), rows)
            add_rollups(session, counts)

    def _clean(self) -> None:
        try:
            remove_expired(self._database, self._settings, now())
        except Exception as error:
            self._report(f"{type(error).__name__}: {error}".partition("\n")[0])

    def _report(self, problem: str) -> None:
        if problem != self.problem:
            _log.warning("prediction_log_not_written", problem=problem, waiting=self.waiting)
        self.problem = problem


def row_of(record: PredictionRecord) -> dict[str, Any]:
    """A record as a row of the log."""
    # Not by `asdict`: that copies each value, which takes as long as to write them all.
    row = {name: getattr(record, name) for name in _FIELDS}
    row["outcome"] = _outcome(record)
    return row


def _outcome(record: PredictionRecord) -> str:
    if record.failed:
        return "failed"
    return "answered" if record.abstained_because is None else "abstained"
