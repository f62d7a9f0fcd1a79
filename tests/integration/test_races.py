"""Two processes at each place where rows are read and then written: nothing fails or is lost."""

import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tellapart.dataset.versions import entry_states, latest_version
from tellapart.jobs.contracts import TrainParams
from tellapart.jobs.queue import JobQueue
from tellapart.registry.versions import ModelRegistry
from tellapart.store.database import Database
from tellapart.store.storage import Storage
from tellapart.store.tables import (
    DatasetEntry,
    DatasetVersion,
    Embedding,
    Image,
    ImageClass,
    ImageIssue,
    QualitySummary,
    QuarantinedFile,
)
from tests.support.entries import state, write
from tests.support.images.builders import class_files, make_folder
from tests.support.jobs import AN_IMPORT, EACH_KIND
from tests.support.processes.races import NEW_MODEL, ROUNDS
from tests.support.processes.racing import Racers, racers
from tests.support.servers.postgres import Postgres

pytestmark = pytest.mark.both_databases


@pytest.fixture(scope="module")
def two() -> Iterator[Racers]:
    """Two processes."""
    with racers() as started:
        yield started


@pytest.fixture
def images(storage: Storage) -> Storage:
    """A workspace with ten images."""
    with storage.database.writing() as session:
        write(session, {seed: state("cats" if seed % 2 else "dogs") for seed in range(10)})
    return storage


def test_labels(two: Racers, images: Storage) -> None:
    first, second = two.race("label", images.settings)
    made = sorted(version for version in (*first, *second) if version)
    with images.database.reading() as session:
        versions = list(session.scalars(select(DatasetVersion.id).order_by(DatasetVersion.id)))
        assert versions == [1, *made] == list(range(1, len(versions) + 1))
        current = entry_states(session, DatasetEntry.removed_in.is_(None))
        assert len(current) == 10
        names = list(session.scalars(select(ImageClass.name)))
        assert len(names) == len(set(names))
        last = latest_version(session)
        assert last is not None
        counted = Counter(entry.label for entry in current.values())
        told = {name: sum(splits.values()) for name, splits in last.summary["class_splits"].items()}
        assert {name: count for name, count in told.items() if count} == counted


def test_review(two: Racers, storage: Storage) -> None:
    with storage.database.writing() as session:
        write(session, {seed: state(None, None) for seed in range(3 * ROUNDS)})
    first, second = two.race("review", storage.settings)
    rounds = [*first, *second]
    ids = [image_id for taken, _, _ in rounds for image_id in taken]
    assert len(ids) == len(set(ids)) == 3 * ROUNDS, "nobody has what another has"
    assert all(changed == len(taken) for taken, changed, _ in rounds)


def test_issues(two: Racers, images: Storage) -> None:
    two.race("find_issues", images.settings)
    with images.database.reading() as session:
        kinds = select(ImageIssue.kind, func.count()).group_by(ImageIssue.kind)
        assert dict(session.execute(kinds).all()) == {"blurry": 10, "dark": 10}
        assert session.scalar(select(func.count(QualitySummary.id))) == 1


def test_register(two: Racers, images: Storage) -> None:
    first, second = two.race("register", images.settings)
    assert first == second == list(range(1, ROUNDS + 1)), "a job registers once"


def test_promote_and_roll_back(two: Racers, images: Storage) -> None:
    registry = ModelRegistry(images.database)
    for _ in range(3):
        registry.register(NEW_MODEL)
    two.race("promote", images.settings)
    rows = list(reversed(registry.promotions(limit=200).items))
    assert rows[0].from_version is None
    for before, after in itertools.pairwise(rows):
        assert after.from_version == before.to_version, "each change begins where the last ended"
    assert registry.champion() == rows[-1].to_version


def test_embeddings(two: Racers, images: Storage) -> None:
    two.race("embed", images.settings)
    with images.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Embedding)) == ROUNDS * 10 + 50


def test_intake_and_quarantine(two: Racers, storage: Storage, tmp_path: Path) -> None:
    files = class_files({"cats": 20, "dogs": 20})
    bad = {f"cats/bad {n}.jpg": f"no image {n}".encode() for n in range(12)}
    make_folder(tmp_path / "images", {**files, **bad})
    first, second = two.race("bring_in", storage.settings)
    assert first[0] + second[0] == len(files), "each image came in once"
    assert first[1] == second[1] == len(bad)
    with storage.database.reading() as session:
        assert session.scalar(select(func.count(Image.id))) == len(files)
        assert session.scalar(select(func.count(QuarantinedFile.id))) == len(bad)
        current = entry_states(session, DatasetEntry.removed_in.is_(None))
        assert len(current) == len(files)
    first, second = two.race("discard", storage.settings)
    assert first[0] + second[0] == len(bad)


def test_jobs(two: Racers, storage: Storage) -> None:
    queue = JobQueue(storage.database, storage.settings)
    ids = {queue.submit(params).id for params in (AN_IMPORT, TrainParams()) * (ROUNDS // 2)}
    first, second = two.race("work", storage.settings)
    done = [*first, *second]
    assert Counter(job_id for job_id, _ in done) == dict.fromkeys(ids, 1)
    assert all(others == [] for _, others in done), "one job of a kind at a time"


def test_jobs_that_are_to_be_alone(two: Racers, storage: Storage) -> None:
    first, second = two.race("submit", storage.settings)
    assert first[0] + second[0] == len(EACH_KIND)


def test_a_new_database(
    two: Racers, storage: Storage, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    address = f"sqlite:///{tmp_path / 'new.db'}"
    if storage.settings.database_url:
        postgres: Postgres = request.getfixturevalue("postgres")
        address = postgres.new_database()
    two.race("open", storage.settings.model_copy(update={"database_url": address}))
    Database(address).close()
