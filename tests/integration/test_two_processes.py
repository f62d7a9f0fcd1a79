"""`serve --workers 2`: what one process counts, the other one tells too."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tellapart.registry.versions import ModelRegistry
from tellapart.settings import Settings
from tellapart.store.storage import open_storage
from tests.support.models.packages import colour_image, register_colour_model
from tests.support.servers.server import Server, wait_until

RED = colour_image("red")
PNG = {"content-type": "image/png"}
ASKED = 20
ANSWERED = 'tellapart_predictions_total{outcome="answered"}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("two") / "colours"
    storage = open_storage(Settings(workspace=folder))
    ModelRegistry(storage.database).promote(register_colour_model(storage), "test")
    storage.close()
    made = Server(folder, workers=2)
    yield made.start()
    made.stop()


def fresh(server: Server, method: str, path: str, **options: object) -> httpx2.Response:
    """Ask over a connection of its own, so that either process may answer."""
    with httpx2.Client(base_url=server.client.base_url, timeout=30, verify=False) as client:
        return client.request(method, path, **options)  # type: ignore[arg-type]


def figure(server: Server, name: str) -> float:
    lines = fresh(server, "GET", "/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


def predict(server: Server) -> None:
    for _ in range(ASKED):
        assert fresh(server, "POST", "/api/predict", content=RED, headers=PNG).status_code == 200


def processes(server: Server) -> list[int]:
    """The server processes: those of the children that answer."""
    return sorted(
        pid
        for pid in server.workers()
        if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )


def wait_until_logged(server: Server) -> None:
    """Both write the log, into the same counts."""

    def all_are() -> bool:
        logged: int = server.client.get("/api/monitoring/summary").json()["requests"]
        return logged == figure(server, ANSWERED)

    wait_until(all_are, "all predictions are logged")


def test_figures_are_those_of_both(server: Server) -> None:
    answered = figure(server, ANSWERED) + ASKED
    predict(server)
    assert {figure(server, ANSWERED) for _ in range(10)} == {answered}
    assert {figure(server, "tellapart_champion_version") for _ in range(4)} == {1}
    assert figure(server, "tellapart_http_requests_in_progress") == 1
    wait_until_logged(server)
    assert figure(server, "tellapart_prediction_log_written_total") == answered


def test_a_process_that_dies_takes_nothing_along(server: Server) -> None:
    before = figure(server, ANSWERED)
    predict(server)
    wait_until_logged(server)
    first, second = processes(server)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: len(processes(server)) == 2 and first not in processes(server), "a new one")
    assert second in processes(server)
    time.sleep(0.5)
    assert {figure(server, ANSWERED) for _ in range(6)} == {before + ASKED}
    assert figure(server, "tellapart_http_requests_in_progress") == 1
