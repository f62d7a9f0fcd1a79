import numpy as np
import pytest

from tellapart.quality import embedding_map as module
from tellapart.quality.embedding_map import embedding_map
from tests.support.models.embeddings import clusters


@pytest.mark.parametrize("count", [0, 1, 2, 29, 60])
def test_every_image_has_a_place(count: int) -> None:
    places = embedding_map(clusters([count])[0])
    assert places.shape == (count, 2)
    assert places.dtype == np.float32
    assert ((places >= 0) & (places <= 1)).all()


def test_equal_images_have_a_place() -> None:
    assert np.isfinite(embedding_map(np.ones((80, 5), np.float32))).all()


def test_alike_images_lie_together_and_the_same_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_LANDMARKS", 100)
    embeddings, labels = clusters([60, 60, 60])
    places = embedding_map(embeddings, seed=1)
    assert np.array_equal(places, embedding_map(embeddings, seed=1))
    centres = np.array([np.median(places[labels == label], axis=0) for label in range(3)])
    distances = np.linalg.norm(places[:, None] - centres, axis=2)
    assert (distances.argmin(axis=1) == labels).mean() > 0.95
