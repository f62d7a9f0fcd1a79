"""Put what the champion is sure of into training, as pseudo-labels, and take it back."""

from tellapart.dataset.history import revert
from tellapart.dataset.training_set import PSEUDO_LABEL_WEIGHT
from tellapart.jobs.contracts import PseudoLabelResult
from tellapart.jobs.progress import JobProgress
from tellapart.labeling.proposals import (
    count_pseudo_labels,
    read_selection,
    write_pseudo_labels,
)
from tellapart.labeling.upload_batches import content_hashes, get_batch
from tellapart.store.locks import hold
from tellapart.store.storage import Storage
from tellapart.workflows.training.propose_labels import ask_champion


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
        NoChampion: no model is in service.
        NotFound: there is no such batch.
    """
    with storage.database.reading() as session:
        hashes = None if batch_id is None else content_hashes(get_batch(session, batch_id))
    version, _ = ask_champion(storage, hashes, reporter)
    author = f"training {reporter.job_id}"
    with storage.database.writing() as session:
        hold(session, "dataset")
        _, selection = read_selection(session, version, hashes)
        written = write_pseudo_labels(session, version, selection, author=author)
        used = {} if written is None else count_pseudo_labels(session, written)
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
    """Make the images unlabelled again; those that were labelled since stay."""
    if result.dataset_version is None:
        return
    with storage.database.writing() as session:
        revert(session, result.dataset_version, author="")
