"""Two processes that do the same thing at the same time; started once, as that takes longest."""

import json
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tellapart.settings import Settings
from tellapart.store.database import Database
from tellapart.store.storage import open_storage
from tests.support.compiled_statements import compiled_once
from tests.support.processes.races import RACES

Result = list[Any]


class Racers:
    """Two processes. `race` has both do one of those in `races`, and gives their results."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        self._processes = processes

    def race(self, name: str, settings: Settings) -> list[Result]:
        """The results of both."""
        for process in self._processes:
            _send(process, {"name": name, "settings": settings.model_dump(mode="json")})
        for process in self._processes:
            assert _receive(process) == "ready"
        for number, process in enumerate(self._processes):
            _send(process, number)
        results: list[Result] = []
        for result in [_receive(process) for process in self._processes]:
            assert isinstance(result, list), result
            results.append(result)
        return results


@contextmanager
def racers() -> Iterator[Racers]:
    """Two processes; they end with the block."""
    command = [sys.executable, "-m", "tests.support.processes.racing"]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        yield Racers(processes)
    finally:
        for process in processes:
            process.communicate()


def _send(process: subprocess.Popen[str], message: object) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


def _receive(process: subprocess.Popen[str]) -> object:
    assert process.stdout is not None
    answer: object = json.loads(process.stdout.readline())
    return answer


def _answer(message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _serve() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        settings = Settings(**asked["settings"])
        try:
            if asked["name"] == "open":
                _answer("ready")
                sys.stdin.readline()
                Database(settings.database_url or "").close()
                _answer([])
                continue
            storage = open_storage(settings)
            try:
                _answer("ready")
                number = int(sys.stdin.readline())
                _answer(RACES[asked["name"]](storage, number))
            finally:
                storage.close()
        except Exception:
            _answer(traceback.format_exc())


if __name__ == "__main__":
    with compiled_once():
        _serve()
