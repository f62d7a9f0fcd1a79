"""What is an issue of an image, beside the images that are there."""

import numpy as np
import pytest
from sqlalchemy import select

from tellapart.quality.image_issues import usual_thresholds, write_image_issues
from tellapart.settings import Settings
from tellapart.store.storage import Storage
from tellapart.store.tables import Image, ImageIssue
from tests.support.entries import add_image


def add_images(storage: Storage, sharpness: np.ndarray) -> list[int]:
    """Images with these scores, that are else as images should be."""
    with storage.database.writing() as session:
        ids = [add_image(session, seed) for seed in range(len(sharpness))]
        for image_id, score in zip(ids, sharpness.tolist(), strict=True):
            image = session.get_one(Image, image_id)
            image.sharpness, image.dark_score, image.bright_score = score, 0.9, 0.9
            image.information = 0.9
    return ids


def blurry(storage: Storage, ids: list[int], settings: Settings) -> list[int]:
    with storage.database.writing() as session:
        write_image_issues(session, ids, settings)
        return list(session.scalars(select(ImageIssue.image_id)))


def test_an_image_under_the_threshold_has_an_issue(storage: Storage, settings: Settings) -> None:
    scores = np.full(100, 0.6)
    scores[[3, 50]] = 0.1
    ids = add_images(storage, scores)
    assert blurry(storage, ids, settings) == [ids[3], ids[50]]


def test_what_nearly_all_have_is_none(storage: Storage, settings: Settings) -> None:
    scores = np.random.default_rng(0).normal(0.12, 0.01, 100)
    scores[7] = 0.02
    ids = add_images(storage, scores)
    assert (scores < settings.blurry_threshold).all()
    assert blurry(storage, ids, settings) == [ids[7]]
    # A further one is judged beside all that are there.
    assert blurry(storage, ids[8:9], settings) == [ids[7]]


@pytest.mark.parametrize(("count", "scores"), [(20, 0.1), (100, 0.1)], ids=["few", "all alike"])
def test_thresholds(storage: Storage, settings: Settings, count: int, scores: float) -> None:
    add_images(storage, np.full(count, scores))
    with storage.database.reading() as session:
        found = usual_thresholds(session, settings)
    assert found["blurry"] == (settings.blurry_threshold if count < 40 else scores)
    assert found["dark"] == settings.dark_threshold
