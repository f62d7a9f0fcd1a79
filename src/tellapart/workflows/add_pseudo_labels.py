"""Put what the champion is sure of into training, as pseudo-labels, and take it back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tellapart.dataset.history import revert
from tellapart.dataset.issues import refresh_counts, refresh_leaks
from tellapart.dataset.statistics import ImageState
from tellapart.dataset.training_set import PSEUDO_LABEL_WEIGHT
from tellapart.dataset.versions import entry_states, write_version
from tellapart.jobs.contracts import PseudoLabelResult
from tellapart.jobs.progress import JobProgress
from tellapart.labeling.proposals import read_selection
from tellapart.labeling.pseudo_labels import Selection
from tellapart.labeling.upload_batches import content_hashes, get_batch
from tellapart.store.locks import hold
from tellapart.store.storage import Storage
from tellapart.store.tables import DatasetEntry, DatasetVersion
from tellapart.workflows.propose_labels import ask_champion


def add_pseudo_labels(
    storage: Storage, batch_id: int | None, reporter: JobProgress
) -> PseudoLabelResult:
    """Ask the champion about the images without a class, and write what is chosen as a version.

    They are in the train split, never in another. A job that is run again finds what it has
    written.

    Args:
        storage: the workspace.
        batch_id: only images of this upload; None for all.
        reporter: told how far it is; may stop it.

    Raises:
        NoChampion: nobody can be asked.
        NotFound: there is no such batch.
    """
    with storage.database.reading() as session:
        hashes = None if batch_id is None else content_hashes(get_batch(session, batch_id))
    version, _ = ask_champion(storage, hashes, reporter)
    author = f"training {reporter.job_id}"
    with storage.database.writing() as session:
        hold(session, "dataset")
        _, selection = read_selection(session, version, hashes)
        written = _written(session, author) or _write(session, version, selection, author)
        used = {} if written is None else _counts(session, written)
    found = PseudoLabelResult(
        model_version=version,
        weight=PSEUDO_LABEL_WEIGHT,
        used=used,
        left=selection.left,
        reasons=selection.reasons,
        dataset_version=written,
    )
    reporter.log(
        f"Pseudo-labels by version {version}: {sum(found.used.values()):,} used, "
        f"{sum(found.left.values()):,} left"
    )
    return found


def take_back(storage: Storage, result: PseudoLabelResult) -> None:
    """Make the images unlabelled again; those of which somebody said more since stay."""
    if result.dataset_version is None:
        return
    with storage.database.writing() as session:
        revert(session, result.dataset_version, author="")


def _write(session: Session, version: int, selection: Selection, author: str) -> int | None:
    states = {
        image_id: ImageState(selection.labels[image_id], "train", "pseudo", model_version=version)
        for image_id, decision in selection.decisions.items()
        if decision == "used"
    }
    if not states:
        return None
    reason = f"{len(states):,} pseudo-labels by model version {version}"
    written = write_version(session, states, author=author, reason=reason)
    refresh_leaks(session, states)
    refresh_counts(session)
    return None if written is None else written.id


def _written(session: Session, author: str) -> int | None:
    """The version that this training has written before it was interrupted, if it still holds."""
    query = select(DatasetVersion.id).where(DatasetVersion.author == author)
    for version in session.scalars(query.order_by(DatasetVersion.id.desc())):
        if _counts(session, version):
            return version
    return None


def _counts(session: Session, version: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    now_there = (DatasetEntry.removed_in.is_(None), DatasetEntry.origin == "pseudo")
    states = entry_states(session, DatasetEntry.added_in == version, *now_there)
    for state in states.values():
        if state.label is not None:
            counts[state.label] = counts.get(state.label, 0) + 1
    return dict(sorted(counts.items()))
