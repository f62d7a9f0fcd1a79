import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.exc import IntegrityError

import tellapart.store.database
from tellapart.errors import WorkspaceUnusable
from tellapart.settings import Settings
from tellapart.store.database import SCHEMA_REVISION, Database
from tellapart.store.locks import hold
from tellapart.store.storage import Storage, open_storage
from tellapart.store.tables import ImageClass, Job, ModelAlias, Table
from tellapart.workspace import Workspace
from tests.support.servers.postgres import Postgres


def address(folder: Path) -> str:
    return f"sqlite:///{folder / 'test.db'}"


def class_names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(ImageClass.name).order_by(ImageClass.name)))


def test_the_migrations_make_the_tables(storage: Storage) -> None:
    with storage.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_the_newest_migration_is_the_one_that_is_asked_for() -> None:
    config = Config()
    folder = Path(tellapart.store.database.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA_REVISION


def test_a_workspace_of_an_older_release_is_migrated_with_its_rows(
    trained_settings: Settings,
) -> None:
    config = Config()
    folder = Path(tellapart.store.database.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    # SQLite checks no references unless it is told to.
    engine = create_engine(f"sqlite:///{trained_settings.workspace / 'tellapart.db'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
    engine.dispose()
    with Workspace(settings=trained_settings) as workspace:
        assert workspace.champion() == 1
        assert set(workspace.insights().class_splits) == {"cats", "dogs", "owls"}
        with (
            workspace.storage.database.writing() as session,
            pytest.raises(IntegrityError, match="FOREIGN KEY"),
        ):
            session.execute(text("DELETE FROM model_versions"))


def test_a_database_that_is_up_to_date_is_not_migrated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_storage(settings).close()
    monkeypatch.setattr(tellapart.store.database, "_upgrade", None)
    open_storage(settings).close()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    database = Database(address(tmp_path))
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(WorkspaceUnusable, match=r"schema 9999.*Update Tellapart"):
        Database(address(tmp_path))


def test_a_database_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceUnusable, match="can be written") as caught:
        Database(f"sqlite:///{tmp_path / 'missing' / 'test.db'}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong", ["", "nonsense", "nosuch://host/name", "sqlite+nosuch:///x", "mysql://host:port/name"]
)
def test_an_address_that_is_none(wrong: str) -> None:
    with pytest.raises(WorkspaceUnusable, match="TELLAPART_DATABASE_URL") as caught:
        Database(wrong)
    assert "\n" not in str(caught.value)


def test_two_processes_open_a_new_workspace_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; sys.stdin.readline();"
        "from tellapart.store.database import Database;"
        f"Database({address(tmp_path)!r}).close()"
    )
    command = [sys.executable, "-c", code]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, complaint
    assert class_names(Database(address(tmp_path))) == []


def test_many_threads_open_a_new_workspace_at_once(tmp_path: Path) -> None:
    problems: list[Exception] = []

    def open_it() -> None:
        try:
            Database(address(tmp_path)).close()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


@pytest.mark.both_databases
def test_a_write_is_all_or_nothing(storage: Storage) -> None:
    def write_and_fail() -> None:
        with storage.database.writing() as session:
            session.add(ImageClass(name="cats"))
            session.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write_and_fail()
    assert class_names(storage.database) == []


@pytest.mark.both_databases
def test_a_reader_sees_one_moment(storage: Storage) -> None:
    with storage.database.reading() as reader:
        assert list(reader.scalars(select(ImageClass.name))) == []
        with storage.database.writing() as writer:
            writer.add(ImageClass(name="cats"))
        assert list(reader.scalars(select(ImageClass.name))) == []
    assert class_names(storage.database) == ["cats"]


@pytest.mark.both_databases
def test_rows_stay_readable_after_their_session(storage: Storage) -> None:
    with storage.database.writing() as session:
        row = ImageClass(name="cats")
        session.add(row)
    assert (row.id, row.name) == (1, "cats")


def test_writers_wait_for_each_other(storage: Storage) -> None:
    def write(worker: int) -> None:
        for n in range(10):
            with storage.database.writing() as session:
                count = len(list(session.scalars(select(ImageClass.id))))
                session.add(ImageClass(name=f"{count:03d} by {worker}, {n}"))

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [int(name[:3]) for name in class_names(storage.database)]
    assert numbers == list(range(40)), "each writer saw what the one before it had written"


def test_a_commit_outlives_its_process(tmp_path: Path) -> None:
    code = (
        "import os, signal; from tellapart.store.database import Database;"
        "from tellapart.store.tables import ImageClass;"
        f"database = Database({address(tmp_path)!r})\n"
        "with database.writing() as session: session.add(ImageClass(name='kept'))\n"
        "with database.writing() as session:\n"
        "    session.add(ImageClass(name='lost')); session.flush()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    assert class_names(Database(address(tmp_path))) == ["kept"]


@pytest.mark.both_databases
def test_rows_must_point_at_rows(storage: Storage) -> None:
    with pytest.raises(IntegrityError), storage.database.writing() as session:
        session.add(ModelAlias(name="champion", version=7))


def test_a_write_is_on_disk_when_it_returns(storage: Storage) -> None:
    with storage.database.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2


def test_an_empty_file_is_no_new_workspace(tmp_path: Path) -> None:
    (tmp_path / "test.db").touch()
    with pytest.raises(WorkspaceUnusable, match=r"empty file of 0 bytes.*backup"):
        Database(address(tmp_path))
    assert (tmp_path / "test.db").stat().st_size == 0


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "test.db") as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.close()
    with pytest.raises(WorkspaceUnusable, match=r"not of Tellapart: alembic_version, recipes"):
        Database(address(tmp_path))
    with sqlite3.connect(tmp_path / "test.db") as connection:
        found = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.close()
    assert found == (2,)


def test_a_new_file_is_made_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_connection: Connection) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(tellapart.store.database, "_upgrade", killed)
    with pytest.raises(KeyboardInterrupt):
        Database(address(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("statement", ["CREATE TABLE recipes (name TEXT)", "SELECT 1"])
def test_a_database_on_a_server(postgres: Postgres, statement: str) -> None:
    url = postgres.new_database()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    if statement.startswith("CREATE"):
        with pytest.raises(WorkspaceUnusable, match="not of Tellapart: recipes"):
            Database(url)
        return
    database = Database(url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
    database.close()


def test_a_server_that_is_away(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceUnusable, match="cannot be opened") as caught:
        Database(f"postgresql+psycopg://me:secret@/name?host={tmp_path}")
    assert "secret" not in str(caught.value)


@pytest.mark.both_databases
def test_numbers_that_json_has_not(storage: Storage) -> None:
    with storage.database.writing() as session:
        params = {"loss": float("nan"), "all": [1.5, float("inf")]}
        session.add(Job(id="a", kind="train", params=params, status="queued"))
    with storage.database.reading() as session:
        assert session.get_one(Job, "a").params == {"loss": None, "all": [1.5, None]}


@pytest.mark.both_databases
def test_a_session_that_reads_cannot_hold_a_lock(storage: Storage) -> None:
    with storage.database.reading() as session, pytest.raises(RuntimeError, match="only reads"):
        hold(session, "dataset")


@pytest.mark.both_databases
def test_locks_are_taken_in_one_order(storage: Storage) -> None:
    with storage.database.writing() as session:
        hold(session, "jobs", "intake")
        hold(session, "intake")
        with pytest.raises(RuntimeError, match="'dataset' has to be taken before"):
            hold(session, "dataset")
