"""A workspace folder that is opened: its storage, its jobs, and models that are ready to answer."""

import getpass
from pathlib import Path
from typing import Self, cast

from tellapart.access.keys import KeyRing
from tellapart.jobs.payloads import JobParams, JobResult, Result
from tellapart.jobs.progress import NullReporter, ProgressReporter
from tellapart.jobs.queue import JobQueue
from tellapart.monitoring.drift_reference import DriftReferences
from tellapart.registry.versions import ModelRegistry
from tellapart.serving.engine import PredictionEngine, load_model
from tellapart.settings import Settings
from tellapart.store.storage import open_storage
from tellapart.workflows.do_job import do_job


class OpenedWorkspace:
    """A workspace folder, opened. Long work is a job, which a running server sees too."""

    def __init__(self, path: str | Path | None = None, *, settings: Settings | None = None) -> None:
        """Open the folder, and make it when it is not there.

        Args:
            path: the folder; by default that of the settings.
            settings: by default read from the environment.

        Raises:
            WorkspaceUnusable: it cannot be made, opened or migrated.
        """
        chosen = settings or Settings()
        if path is not None:
            chosen = chosen.model_copy(update={"workspace": Path(path)})
        self.settings = chosen
        self.storage = open_storage(chosen)
        self.registry = ModelRegistry(self.storage.database)
        self.jobs = JobQueue(self.storage.database, chosen)
        self.keys = KeyRing(self.storage.database, chosen.admin_key)
        self._drift = DriftReferences(self.storage)
        self._engines: dict[int, PredictionEngine] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give everything back."""
        for engine in self._engines.values():
            engine.close()
        self.storage.close()

    def run(self, params: JobParams[Result], reporter: ProgressReporter | None = None) -> Result:
        """Do a job now, in this process; wait when another process does it or must finish first.

        Raises:
            JobCancelled: it was cancelled.
            JobError: it failed; the message says why.
        """
        return cast("Result", self._do(self.jobs.submit(params).id, reporter))

    def _do(self, job_id: str, reporter: ProgressReporter | None) -> JobResult:
        return do_job(self.storage, self.jobs, job_id, reporter or NullReporter())

    def _engine(self, version: int) -> PredictionEngine:
        if version not in self._engines:
            served = self.registry.get(version).served
            model = load_model(self.storage.blobs, version, served.content_hash)
            engine = self._engines[version] = PredictionEngine(self.settings)
            engine.swap(model)
        return self._engines[version]


def user_name() -> str:
    """Who is at the keyboard: the author of versions."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may know no names
        return ""
