"""Look for test images that resemble training images, before a score is believed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.issues import count_leaks, refresh_counts, refresh_leaks
from tellapart.dataset.training_set import TrainingSet
from tellapart.features.embeddings import EmbeddingStore
from tellapart.quality.duplicate_groups import find_similar
from tellapart.quality.image_issues import read_fingerprints, write_near_duplicates
from tellapart.quality.leaks import LeakCheck
from tellapart.store.storage import Storage
from tellapart.store.tables import SPLITS


@dataclass(frozen=True)
class LeakReport:
    """How many test images leak, and what they were looked for by."""

    count: int
    check: LeakCheck


def report_leaks(storage: Storage, training_set: TrainingSet) -> LeakReport:
    """Find leaks, and write them among the issues of the data set.

    Where all images have embeddings, these are compared too; without, only fingerprints are.
    """
    parts = [training_set.splits[split] for split in SPLITS]
    hashes = [name for part in parts for name in part.content_hashes]
    embeddings = kept_embeddings(storage, hashes)
    with storage.database.reading() as session:
        ids, fingerprints = read_fingerprints(session, hashes)
    classes = np.concatenate([part.y for part in parts])
    pairs, similarities = find_similar(classes, fingerprints, embeddings, storage.settings)
    with storage.database.writing() as session:
        write_near_duplicates(session, ids[pairs], similarities, compared=set(ids.tolist()))
        refresh_leaks(session)
        refresh_counts(session)
        count = count_leaks(session)
    return LeakReport(count, "fingerprints" if embeddings is None else "embeddings")


def kept_embeddings(storage: Storage, hashes: list[str]) -> NDArray[np.float32] | None:
    """Float32 [N, D], by the first backbone by which all are kept; None where none has all."""
    store = EmbeddingStore(storage.database, storage.settings.backbone_cache)
    # Those of the network as it is, before those of a copy of it in int8.
    for key in sorted(store.keys(hashes[0]), key=lambda key: ("int8" in key, key)):
        vectors = store.load_all(hashes, key)
        if vectors is not None:
            return vectors
    return None
