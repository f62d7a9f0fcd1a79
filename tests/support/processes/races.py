"""What two processes do at the same time in `test_races`: each gets the workspace and 0 or 1."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sqlalchemy import select

from tellapart.dataset.edits import Edit, edit_images
from tellapart.dataset.issues import FoundIssue, refresh_counts, write_issues
from tellapart.errors import AlreadyRunning, NotFound, PromotionRefused
from tellapart.features.embeddings import EmbeddingStore
from tellapart.intake.pipeline import ingest
from tellapart.intake.quarantine import discard_quarantined
from tellapart.intake.sources import open_source
from tellapart.jobs.contracts import CheckResult
from tellapart.jobs.queue import JobQueue
from tellapart.labeling.review.decisions import ReviewDecision, decide
from tellapart.labeling.review.queue import ReviewFilter, take_from_queue
from tellapart.registry.versions import ModelRegistry, NewModel
from tellapart.store.storage import Storage
from tellapart.store.tables import Image, QuarantinedFile
from tests.support.jobs import EACH_KIND

Race = Callable[[Storage, int], list[Any]]
ROUNDS = 8
NEW_MODEL = NewModel(
    recipe="probe", backbone=None, dataset_version=1, class_names=["cats", "dogs"], parameters={},
    metrics={}, report={}, artifacts={"onnx": ("a" * 64, 10)},
)  # fmt: skip


def label(storage: Storage, number: int) -> list[Any]:
    """Label the same images, with classes that are new; the versions that came of it."""
    with storage.database.reading() as session:
        ids = list(session.scalars(select(Image.id).order_by(Image.id)))
    versions = []
    for n in range(ROUNDS):
        edit = Edit(label=f"class {n} of {number if n % 2 else 'both'}")
        with storage.database.writing() as session:
            chosen = ids[n % 3 :: 2] if number else ids
            _, version = edit_images(session, chosen, edit, storage.settings, author="racer")
        versions.append(version and version.id)
    return versions


def find_issues(storage: Storage, number: int) -> list[Any]:
    """Find the same issues."""
    with storage.database.reading() as session:
        ids = list(session.scalars(select(Image.id).order_by(Image.id)))
    for n in range(ROUNDS):
        with storage.database.writing() as session:
            found = [FoundIssue(image_id, 0.1) for image_id in (ids[::-1] if number else ids)]
            write_issues(session, "blurry" if n % 2 else "dark", found, ids)
            refresh_counts(session)
    return []


def register(storage: Storage, _number: int) -> list[Any]:
    """Register as the same jobs, such as one whose worker was thought dead; the versions."""
    registry = ModelRegistry(storage.database)
    models = [NewModel(**{**vars(NEW_MODEL), "job_id": f"job {n}"}) for n in range(ROUNDS)]
    found = [registry.register(model) for model in models]
    for version in found:
        registry.add_artifact(version, "keras", "b" * 64, 10)
    return found


def promote(storage: Storage, number: int) -> list[Any]:
    """Promote, and roll back now and then."""
    registry = ModelRegistry(storage.database)
    for n in range(ROUNDS):
        try:
            if n % 4 == 3:
                registry.rollback("race")
            else:
                registry.promote(1 + (n + number) % 3, "race")
        except PromotionRefused:
            continue
    return []


def embed(storage: Storage, number: int) -> list[Any]:
    """Save vectors of the same images, in another order."""
    store = EmbeddingStore(storage.database)
    names = [f"{n:064d}" for n in range(200)]
    for n in range(ROUNDS):
        part = names[n * 10 : n * 10 + 60]
        vectors = {name: np.full(8, number, np.float32) for name in part[:: -1 if number else 1]}
        store.save(vectors, "backbone")
    return []


def bring_in(storage: Storage, _number: int) -> list[Any]:
    """Import the same folder; what came in and what was quarantined."""
    with open_source(storage.settings.workspace.parent / "images", storage.settings) as source:
        result = ingest(storage, source, on_progress=lambda _done, _total: None)
    return [result.added, result.quarantined]


def discard(storage: Storage, _number: int) -> list[Any]:
    """Discard all that is in quarantine; how many this process discarded."""
    with storage.database.reading() as session:
        ids = list(session.scalars(select(QuarantinedFile.id)))
    done = 0
    for file_id in ids:
        try:
            discard_quarantined(storage, file_id)
            done += 1
        except NotFound:
            continue
    return [done]


def work(storage: Storage, number: int) -> list[Any]:
    """Claim and do jobs until there are none; what was claimed, and any other of its kind."""
    queue = JobQueue(storage.database, storage.settings)
    done: list[Any] = []
    while queue.has_claimable() or any(job.status == "queued" for job in queue.page().items):
        job = queue.claim(f"racer {number}")
        if job is not None:
            running = [
                other.id
                for other in queue.page().items
                if other.status == "running" and other.kind == job.kind and other.id != job.id
            ]
            done.append([job.id, running])
            queue.succeed(job, CheckResult(dataset_version=1, issues={}))
    return done


def submit(storage: Storage, _number: int) -> list[Any]:
    """Submit jobs that are to be the only ones of their kind; how many were taken."""
    queue = JobQueue(storage.database, storage.settings)
    taken = 0
    for params in EACH_KIND:
        try:
            queue.submit(params, alone=True)
            taken += 1
        except AlreadyRunning:
            continue
    return [taken]


def review(storage: Storage, number: int) -> list[Any]:
    """Take images of the review queue and decide them; which, in each round."""
    taken: list[Any] = []
    for n in range(ROUNDS):
        chosen = ReviewFilter(limit=1 + number, order="random" if n % 2 else "teaching")
        found = take_from_queue(storage.database, chosen, f"racer {number}", None)
        ids = [item.image_id for item in found.items]
        decisions = [ReviewDecision(image_id, "label", f"class {number}") for image_id in ids]
        with storage.database.writing() as session:
            told = decide(session, decisions, storage.settings, holder=f"racer {number}", author="")
        taken.append([ids, told.changed, len(told.conflicts)])
    return taken


RACES: Mapping[str, Race] = {
    "label": label, "find_issues": find_issues, "register": register, "promote": promote,
    "embed": embed, "bring_in": bring_in, "discard": discard, "work": work, "submit": submit,
    "review": review,
}  # fmt: skip
