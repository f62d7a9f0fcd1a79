"""Processes that inspect images: threads that do so wait for each other's Python.

They are not those of `multiprocessing`, which begin with importing the caller's program again.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import SimpleQueue

from tellapart.images.inspection import Inspection, Refusal, inspect_images
from tellapart.settings import Settings

_Process = subprocess.Popen[bytes]


class Inspectors:
    """Calls of `inspect_images` by several threads, answered by processes.

    A thread whose process has died does the work itself, and so do all when there are none.
    """

    def __init__(self, settings: Settings, processes: Sequence[_Process | None]) -> None:
        self._limits = settings.max_image_pixels, settings.thumbnail_px
        self._idle: SimpleQueue[_Process | None] = SimpleQueue()
        for process in processes:
            self._idle.put(process)

    def inspect(self, images: Sequence[bytes]) -> list[Inspection | Refusal]:
        """What `inspect_images` finds; waits for a process that is idle."""
        call = images, *self._limits
        process = self._idle.get()
        try:
            if process is not None:
                return _ask(process, call)
        except (EOFError, OSError, pickle.UnpicklingError):
            process = None
        finally:
            self._idle.put(process)
        return inspect_images(*call)


@contextmanager
def inspectors(settings: Settings, *, threads: int, processes: int) -> Iterator[Inspectors]:
    """Inspectors for that many threads; without processes, the threads do the work."""
    started: list[_Process] = []
    try:
        with suppress(OSError):  # no room for another: those that there are will do
            started.extend(_start() for _ in range(processes))
        yield Inspectors(settings, started or [None] * threads)
    finally:
        for process in started:
            process.kill()
            process.communicate()


def _start() -> _Process:
    return subprocess.Popen(
        # Without the folder that we are in on the path: it may be one of the user's.
        [sys.executable, "-P", "-c", "from tellapart.images.inspection import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # One call at a time: threads for linear algebra would only cost memory.
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        # Ctrl-C is for us; a process ends when its input does, also when we are killed.
        process_group=0,
    )


def _ask(process: _Process, call: object) -> list[Inspection | Refusal]:
    assert process.stdin is not None
    assert process.stdout is not None
    pickle.dump(call, process.stdin)
    process.stdin.flush()
    found: list[Inspection | Refusal] = pickle.load(process.stdout)  # noqa: S301 - from our child
    return found
