"""Progress of long work: a bar on a terminal, plain lines elsewhere; always on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from tellapart.jobs.progress import NullReporter, ProgressReporter


class _Bar(NullReporter):
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("Starting", total=None)

    def stage(self, name: str, share: float | None) -> None:
        total = None if share is None else 1.0
        self._progress.update(self._task, description=name, total=total, completed=share or 0.0)

    def log(self, message: str, **_figures: float) -> None:
        self._progress.console.print(message, markup=False, highlight=False)


class _Lines(NullReporter):
    def __init__(self, console: Console) -> None:
        self._console = console
        self._stage = ""

    def stage(self, name: str, share: float | None) -> None:  # noqa: ARG002
        if name != self._stage:
            self._stage = name
            self.log(name)

    def log(self, message: str, **_figures: float) -> None:
        self._console.print(message, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progress() -> Iterator[ProgressReporter]:
    """A reporter that shows what it is told."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        yield _Bar(bar)
