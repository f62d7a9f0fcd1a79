from collections.abc import Callable

import pytest
from sqlalchemy import insert

from tellapart.dataset.statistics import ImageState
from tellapart.registry.versions import ModelRegistry
from tellapart.store.storage import Storage
from tellapart.store.tables import LabelProposal
from tests.support.entries import add_image, state, write
from tests.support.processes.races import NEW_MODEL


@pytest.fixture
def waiting(storage: Storage) -> Callable[[], list[int]]:
    """Makes the images that wait; their ids.

    Six have no class, of which the last two no suggestion either; the seventh has a pseudo-label.
    Two others are labelled.
    """

    def make() -> list[int]:
        pseudo = ImageState("cats", "train", "pseudo", model_version=1)
        unlabelled = {seed: state(None, None) for seed in range(6)}
        with storage.database.writing() as session:
            write(session, {10: state("cats"), 11: state("dogs"), **unlabelled, 6: pseudo})
            ids = [add_image(session, seed) for seed in range(7)]
        version = ModelRegistry(storage.database).register(NEW_MODEL)
        rows = [
            {"image_id": i, "model_version": version, "confidence": 0.9, "label": label}
            for i, label in zip(ids[:4], ("cats", "dogs", "cats", "dogs"), strict=True)
        ]
        with storage.database.writing() as session:
            session.execute(insert(LabelProposal), rows)
        return ids

    return make
