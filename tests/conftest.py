"""What all tests share. Anything that takes long is made once a run, and copied by who needs it."""

import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
import structlog

from tellapart.settings import Settings
from tellapart.store.database import Database
from tellapart.store.storage import Storage, open_storage
from tellapart.workspace import Workspace
from tests.support.compiled_statements import compiled_once
from tests.support.images.builders import make_image_folder
from tests.support.made_once import made_once
from tests.support.servers.postgres import Postgres, postgres_server
from tests.support.suite_rules import ByFile, arrange, counted

CLASSES = {"cats": 12, "dogs": 12, "owls": 12}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before xdist reads the order."""
    arrange(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """What `--dist loadfile` takes."""
    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fixtures are not counted, unless they say so: what most make is for several tests."""
    with counted(item):
        yield


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests that are marked `both_databases` on SQLite and on PostgreSQL.

    In a file that is marked, those that say nothing else of a database are `both_databases(False)`.
    """
    marked = metafunc.definition.get_closest_marker("both_databases")
    if marked and marked.args != (False,) and "database_url" in metafunc.fixturenames:
        metafunc.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session", autouse=True)
def environment(run_folder: Path) -> Iterator[None]:
    """No setting comes from outside; backbones are converted once a run."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("TELLAPART_")]:
            patch.delenv(name)
        patch.setenv("TELLAPART_CACHE_DIR", str(run_folder / "backbones"))
        # Few tests look at what a check finds, and each import would start one.
        patch.setenv("TELLAPART_CHECK_AFTER_IMPORT", "false")
        # It is as much work as the rest of a training; `unit/package` and `unit/training` try it.
        patch.setenv("TELLAPART_TRY_INT8", "false")
        # What test clients call the server.
        patch.setenv("TELLAPART_ALLOWED_HOSTS", "testserver")
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_statements() -> Iterator[None]:
    """Databases of the tests share what SQLAlchemy has compiled."""
    with compiled_once():
        yield


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """What a test configures of the logs ends with it.

    They go to where standard error is at the time: a server of a module may log during any test,
    and a command prints its answer to standard output.
    """

    def plain() -> None:
        structlog.reset_defaults()
        structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))

    plain()
    yield
    plain()


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workspace; its migration, which takes longest, is done once."""
    folder = tmp_path_factory.mktemp("empty") / "workspace"
    open_storage(Settings(workspace=folder)).close()
    return folder


@pytest.fixture
def database(tmp_path: Path, empty_folder: Path) -> Iterator[Database]:
    """An empty database on SQLite."""
    file = shutil.copy2(empty_folder / "tellapart.db", tmp_path / "models.db")
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL, started by the first test that asks for it."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The database of `settings`: None is SQLite in the workspace."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield None
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    with postgres.database() as address:
        yield address


@pytest.fixture
def settings(tmp_path: Path, empty_folder: Path, database_url: str | None) -> Settings:
    """Settings of an empty workspace."""
    folder = shutil.copytree(empty_folder, tmp_path / "workspace")
    return Settings(workspace=folder, database_url=database_url)


@pytest.fixture
def storage(settings: Settings) -> Iterator[Storage]:
    """An empty workspace folder, opened."""
    opened = open_storage(settings)
    yield opened
    opened.close()


@pytest.fixture
def workspace(settings: Settings) -> Iterator[Workspace]:
    """An empty workspace."""
    with Workspace(settings=settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def trained_folder(run_folder: Path) -> Path:
    """A workspace with three classes of twelve images and a champion; not to be written to."""

    def make(folder: Path) -> None:
        images = make_image_folder(run_folder / "pictures", CLASSES)
        with Workspace(folder) as made:
            made.import_images(images)
            made.train(recipe="probe")

    return made_once(run_folder / "trained", make)


@pytest.fixture
def trained_settings(
    trained_folder: Path, tmp_path: Path, copy_workspace: Callable[[Path, Path], Path]
) -> Settings:
    """Settings of a copy of the trained workspace, to do with as the test likes."""
    return Settings(workspace=copy_workspace(trained_folder, tmp_path / "trained"))


@pytest.fixture(scope="session")
def copy_workspace() -> Callable[[Path, Path], Path]:
    """Copies a workspace folder. Blobs are linked: a blob is never written to."""

    def copy(source: Path, target: Path) -> Path:
        def copy_file(one: str, other: str) -> str:
            if "/blobs/" in one:
                os.link(one, other)
                return other
            return shutil.copy2(one, other)

        shutil.copytree(source, target, copy_function=copy_file)
        return target

    return copy
