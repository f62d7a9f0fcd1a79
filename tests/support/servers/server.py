"""A real `tellapart serve` process, and the worker processes that it starts."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx2

from tellapart.jobs.queue import FINISHED, JobQueue
from tellapart.settings import Settings
from tellapart.store.storage import open_storage
from tellapart.store.tables import Job

# A killed worker is noticed within seconds instead of half a minute, but a slow one is not lost.
QUICK = {
    "TELLAPART_JOB_LEASE_S": "5",
    "TELLAPART_JOB_POLL_S": "0.1",
    "TELLAPART_RELOAD_INTERVAL_S": "0.1",
}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = 120) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"it did not happen: {what}"
        time.sleep(0.1)  # what is asked takes time from what is waited for


class Server:
    """A server over one workspace; it can be killed and started again."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str] | None = None, *, workers: int = 1
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)
        self._environment = {**os.environ, **QUICK, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._workers: set[int] = set()
        self._server_processes = workers
        self._log = TemporaryFile()  # noqa: SIM115 - closed by `stop`

    @property
    def pid(self) -> int:
        """The process id of the server."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What the server, and the workers that it has started, have written on stderr."""
        # Read without moving the place at which they go on to write.
        return os.pread(self._log.fileno(), 2**24, 0).decode(errors="replace")

    def start(self) -> "Server":
        """Start the process and wait until it answers."""
        command = [sys.executable, "-m", "tellapart", "-w", str(self.folder), "serve"]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port), "--workers", str(self._server_processes)],
            env=self._environment,
            stderr=self._log,
        )
        wait_until(self._answers, "the server answers")
        return self

    def kill(self) -> None:
        """`kill -9` of the server alone; its workers go on."""
        self.workers()
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End the server and every worker that it has started."""
        self.client.close()
        if self._process is not None and self._process.poll() is None:
            self.workers()
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for pid in self._workers | self._workers_of_jobs():
            _kill(pid)
        # Shown when the test fails.
        sys.stderr.write(self.log)
        self._log.close()

    def workers(self) -> set[int]:
        """The process ids of the workers that run now."""
        children = Path(f"/proc/{self.pid}/task").glob("*/children")
        found = {int(pid) for file in children for pid in file.read_text().split()}
        self._workers |= found
        return found

    def job(self, job_id: str) -> dict[str, Any]:
        """A job as it is now."""
        found: dict[str, Any] = self.client.get(f"/api/jobs/{job_id}").json()
        return found

    def finished(self, job_id: str, timeout_s: float = 150) -> dict[str, Any]:
        """A job after its end."""
        wait_until(lambda: self.job(job_id)["status"] in FINISHED, "the job ends", timeout_s)
        return self.job(job_id)

    def kill_worker(self, job_id: str) -> None:
        """`kill -9` of the process that runs a job."""
        _kill(self._worker_of(job_id))

    def _worker_of(self, job_id: str) -> int:
        worker = self._row(job_id).worker
        assert worker is not None
        return int(worker.rpartition(":")[2])

    def _row(self, job_id: str) -> Job:
        settings = Settings(workspace=self.folder)
        storage = open_storage(settings)
        row = JobQueue(storage.database, settings).get(job_id)
        storage.close()
        return row

    def _workers_of_jobs(self) -> set[int]:
        settings = Settings(workspace=self.folder)
        storage = open_storage(settings)
        jobs = JobQueue(storage.database, settings).page(limit=1000).items
        storage.close()
        return {int(job.worker.rpartition(":")[2]) for job in jobs if job.worker}

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the server ended"
        try:
            return self.client.get("/livez").status_code == 200
        except httpx2.TransportError:
            return False


def _kill(pid: int) -> None:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"tellapart" in words and b"worker" in words:  # not somebody else's by now
            os.kill(pid, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        pass
