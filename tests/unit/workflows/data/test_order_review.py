import numpy as np

from tellapart.features.embeddings import EmbeddingStore
from tellapart.labeling.review.queue import ReviewFilter, read_queue
from tellapart.store.storage import Storage
from tellapart.store.tables import Image
from tellapart.workflows.data.order_review import order_review
from tests.support.entries import add_image, state, write


def first(storage: Storage, count: int) -> set[int]:
    items = read_queue(storage.database, ReviewFilter(limit=count), "ann", None).items
    assert {item.reason for item in items} == {"typical"}
    return {item.image_id for item in items}


def test_the_first_stand_for_the_others(storage: Storage) -> None:
    order_review(storage)
    with storage.database.writing() as session:
        write(session, {seed: state(None, None) for seed in range(9)} | {10: state()})
        ids = [add_image(session, seed) for seed in range(9)]
        hashes = [session.get_one(Image, image_id).content_hash for image_id in ids]
    # Three looks, of three images each.
    vectors = {name: np.eye(3, dtype=np.float32)[row // 3] for row, name in enumerate(hashes)}
    EmbeddingStore(storage.database).save(vectors, "backbone/1")
    order_review(storage)
    assert {ids.index(image_id) // 3 for image_id in first(storage, 3)} == {0, 1, 2}
    assert first(storage, 20) == set(ids)
