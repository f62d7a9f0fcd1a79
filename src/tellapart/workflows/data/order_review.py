"""Put the images that wait for a person in the order that teaches most, by what is kept of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.versions import labeled_images, latest_version
from tellapart.features.embeddings import EmbeddingStore
from tellapart.labeling.review.order import WaitingImages, teaching_order
from tellapart.labeling.review.waiting import WaitingImage, waiting_images, write_places
from tellapart.store.storage import Storage

# Of the labelled images, evenly taken: they show what is known.
_KNOWN = 2000


def order_review(storage: Storage) -> None:
    """Write the order of the review queue. Nothing is embedded for it: kept vectors are read."""
    with storage.database.reading() as session:
        version = latest_version(session)
        waiting = waiting_images(session)
        labelled = [] if version is None else labeled_images(session, version.id)
    if not waiting:
        return
    step = max(1, len(labelled) // _KNOWN)
    names = [image.content_hash for image in labelled if image.origin != "pseudo"][::step]
    ranked = teaching_order(_columns(storage, waiting, names))
    with storage.database.writing() as session:
        write_places(session, [(waiting[row].image_id, reason) for row, reason in ranked])


def _columns(
    storage: Storage, waiting: Sequence[WaitingImage], labelled: Sequence[str]
) -> WaitingImages:
    said = [np.nan if image.confidence is None else image.confidence for image in waiting]
    store = EmbeddingStore(storage.database, storage.settings.backbone_cache)
    key = _key(store, waiting[0].content_hash, labelled)

    def embeddings(rows: NDArray[np.int64]) -> NDArray[np.float32] | None:
        names = [waiting[row].content_hash for row in rows.tolist()]
        return None if key is None else store.load_all(names, key)

    return WaitingImages(
        confidences=np.array(said, dtype=np.float32),
        abstained_because=[image.abstained_because for image in waiting],
        embeddings=embeddings,
        known=store.load_all(labelled, key) if key is not None and labelled else None,
    )


def _key(store: EmbeddingStore, waiting: str, labelled: Sequence[str]) -> str | None:
    """By which vectors are kept, of labelled images too where there are any."""
    keys = store.keys(waiting)
    both = (key for key in keys if labelled and store.load(labelled[:1], key))
    return next(both, keys[0] if keys else None)
