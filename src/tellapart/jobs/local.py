"""Workers on this machine: a process for each job, in a process group of its own.

The processes outlive the server that started them; one that dies is noticed, and its job is
given to a new one.
"""

import subprocess
import sys
import threading

import structlog

from tellapart.jobs.queue import JobQueue
from tellapart.jobs.worker import worker_name
from tellapart.settings import Settings

_log = structlog.get_logger()


class LocalRunner:
    """A thread that starts a worker process whenever a job waits."""

    def __init__(self, queue: JobQueue, settings: Settings) -> None:
        self._queue = queue
        self._settings = settings
        self._workers: list[subprocess.Popen[bytes]] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="job-runner", daemon=True)

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Start no more workers; those that run go on to their end."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._settings.job_poll_s):
            try:
                self._reap()
                if self._is_needed():
                    self._workers.append(self._spawn())
            except Exception:
                _log.warning("job_runner", exc_info=True)

    def _is_needed(self) -> bool:
        """Whether a job waits that no worker is about to take: one needs a second to start."""
        if len(self._workers) >= self._settings.local_workers or not self._queue.has_claimable():
            return False
        return all(self._queue.holds(_name(process)) for process in self._workers)

    def _reap(self) -> None:
        for process in [p for p in self._workers if p.poll() is not None]:
            self._workers.remove(process)
            if process.returncode != 0:
                self._queue.abandon(_name(process))

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "tellapart", "worker", "--once"],
            env=self._settings.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )


def _name(process: subprocess.Popen[bytes]) -> str:
    return worker_name(process.pid)
