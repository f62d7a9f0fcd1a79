"""How long work tells how it goes, and hears that it should stop."""

from typing import Protocol


class ProgressReporter(Protocol):
    """Somebody who watches a job and may stop it."""

    def stage(self, name: str, share: float | None) -> None:
        """What is being done, and how much of it is done (0 to 1; None when that is unknown)."""

    def log(self, message: str, **figures: float) -> None:
        """A line for the log; with figures it is a metric."""

    def check_cancelled(self) -> None:
        """Raise `JobCancelled` when the job is to stop."""


class JobProgress(ProgressReporter, Protocol):
    """The reporter of a job, which is known by its id."""

    job_id: str


class NullReporter:
    """A reporter that does nothing."""

    def stage(self, name: str, share: float | None) -> None:
        """Nobody listens."""

    def log(self, message: str, **figures: float) -> None:
        """Nobody listens."""

    def check_cancelled(self) -> None:
        """Nobody can ask."""


class SubProgress:
    """A reporter for one part of a job: its shares count from `begin` to `end` of the whole."""

    def __init__(self, whole: ProgressReporter, begin: float, end: float) -> None:
        self._whole = whole
        self._begin = begin
        self._size = end - begin

    def stage(self, name: str, share: float | None) -> None:
        """Pass on the share of the whole."""
        self._whole.stage(name, None if share is None else self._begin + share * self._size)

    def log(self, message: str, **figures: float) -> None:
        """Pass on."""
        self._whole.log(message, **figures)

    def check_cancelled(self) -> None:
        """Pass on."""
        self._whole.check_cancelled()


class JobPart(SubProgress):
    """A reporter for one part of a job that is a workflow of its own."""

    def __init__(self, whole: JobProgress, begin: float, end: float) -> None:
        super().__init__(whole, begin, end)
        self.job_id = whole.job_id
