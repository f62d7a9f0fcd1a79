"""A promotion takes effect without a restart and without a failed request."""

import threading
from collections.abc import Callable
from operator import ge
from pathlib import Path

import httpx2

from tellapart.registry.versions import ModelRegistry
from tellapart.settings import Settings
from tellapart.store.storage import open_storage
from tests.support.models.packages import colour_image, register_colour_model
from tests.support.problems import assert_problem
from tests.support.servers.server import Server, wait_until

RED = colour_image("red")
PNG = {"content-type": "image/png"}
Start = Callable[..., Server]


def with_versions(folder: Path, count: int) -> Path:
    """A workspace with this many versions that name colours."""
    storage = open_storage(Settings(workspace=folder))
    for _ in range(count):
        register_colour_model(storage)
    storage.close()
    return folder


def answering(client: httpx2.Client) -> int:
    found = client.post("/api/predict", content=RED, headers=PNG)
    assert found.status_code == 200, found.text
    version: int = found.json()["model_version"]
    return version


def test_promotions_while_twenty_users_predict(start: Start, tmp_path: Path) -> None:
    server = start(with_versions(tmp_path / "colours", 3))
    assert server.client.post("/api/models/1/promote").status_code == 200
    stop = threading.Event()
    seen: set[int] = set()
    failures: list[str] = []
    answers = [0] * 20

    def predict(user: int) -> None:
        with httpx2.Client(base_url=server.client.base_url, timeout=60) as client:
            while not stop.is_set():
                found = client.post("/api/predict", content=RED, headers=PNG)
                if found.status_code != 200:
                    failures.append(found.text)
                    return
                seen.add(found.json()["model_version"])
                answers[user] += 1

    def everybody_asks_again() -> None:
        # The first answer may be to what was asked before.
        enough = [count + 2 for count in answers]
        ask_again = "all users are answered, or one was not"
        wait_until(lambda: bool(failures) or all(map(ge, answers, enough)), ask_again)

    users = [threading.Thread(target=predict, args=(user,)) for user in range(20)]
    for user in users:
        user.start()
    try:
        for _ in range(2):
            assert server.client.post("/api/models/2/promote").status_code == 200
            assert answering(server.client) == 2, "at once, also while others predict"
            everybody_asks_again()
            assert server.client.post("/api/models/rollback").status_code == 200
            assert answering(server.client) == 1
            everybody_asks_again()
    finally:
        stop.set()
        for user in users:
            user.join()
    assert failures == []
    assert seen == {1, 2}, "version 3 was never champion"


def test_a_promotion_by_another_process_is_followed_and_outlives_the_server(
    start: Start, tmp_path: Path
) -> None:
    folder = with_versions(tmp_path / "colours", 2)
    server = start(folder)
    for found in (
        server.client.post("/api/predict", content=RED, headers=PNG),
        server.client.post("/api/predict/batch", files=[("files", ("red.png", RED))]),
        server.client.get("/readyz"),
    ):
        assert_problem(found, 503, "no_champion", "No model")
        assert int(found.headers["retry-after"]) > 0
    assert server.client.get("/livez").status_code == 200
    storage = open_storage(Settings(workspace=folder))
    for version in (1, 2):
        ModelRegistry(storage.database).promote(version, "a test")
        follows = f"the server answers with version {version}"
        wait_until(lambda: server.client.get("/readyz").status_code == 200, follows)
        wait_until(lambda v=version: answering(server.client) == v, follows)  # type: ignore[misc]
    storage.close()
    server.kill()
    server.start()
    expected = {"status": "ready", "model_version": 2, "problem": None}
    assert server.client.get("/readyz").json() == expected
    assert answering(server.client) == 2
