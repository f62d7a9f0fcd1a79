from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.images.builders import jpeg_bytes
from tests.support.processes.holding import MakeHold, hold_at
from tests.support.servers.server import Server
from tests.support.suite_rules import counted

Copy = Callable[[Path, Path], Path]
LIMITS = {
    "TELLAPART_MAX_IMAGE_BYTES": "2000000",
    "TELLAPART_MAX_UPLOAD_BYTES": "20000000",
}


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Server]]:
    """Starts servers over folders; they and their workers are gone after the test."""
    servers: list[Server] = []

    def begin(folder: Path | None = None, **environment: str) -> Server:
        server = Server(folder or tmp_path / "workspace", environment)
        servers.append(server)
        return server.start()

    yield begin
    with counted(request.node):
        for server in servers:
            server.stop()


@pytest.fixture
def hold(tmp_path: Path) -> MakeHold:
    """Jobs are held at a stage and a share of it."""
    return lambda stage, share: hold_at(stage, share, tmp_path / "released")


@pytest.fixture(scope="module")
def server(
    trained_folder: Path, tmp_path_factory: pytest.TempPathFactory, copy_workspace: Copy
) -> Iterator[Server]:
    """A server with a champion of cats, dogs and owls, for all tests of a file."""
    folder = copy_workspace(trained_folder, tmp_path_factory.mktemp("server") / "workspace")
    made = Server(folder, LIMITS)
    yield made.start()
    made.stop()


@pytest.fixture(scope="module")
def cat() -> bytes:
    """An image that the champion has not seen."""
    return jpeg_bytes(seed=12345, look="cats")
