from io import BytesIO

import numpy as np
import pytest

from tellapart.errors import ModelUnreadable, NotFound
from tellapart.registry.answers import Answers, read_answers, write_answers
from tellapart.registry.versions import ModelRegistry
from tellapart.store.storage import Storage
from tests.support.models.packages import register_colour_model

HASHES = ("ab" * 32, "00" * 32)


def some(hashes: tuple[str, ...] = HASHES, classes: int = 3) -> Answers:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(classes), len(hashes)).astype(np.float32)
    scores = np.array([0.5, np.nan], np.float32)[: len(hashes)]
    labels = ("ré|d", "blue")[: len(hashes)]
    return Answers(hashes, labels, probabilities, scores, tested=1)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_they_come_back_as_they_were(count: int) -> None:
    given = some(HASHES[:count])
    found = Answers.from_bytes(given.to_bytes())
    assert (found.content_hashes, found.labels, found.tested) == (
        given.content_hashes,
        given.labels,
        1,
    )
    np.testing.assert_array_equal(found.probabilities, given.probabilities)
    np.testing.assert_array_equal(found.distance_scores, given.distance_scores)


def test_a_score_that_is_not_known() -> None:
    assert some().distance_score(0) == 0.5
    assert some().distance_score(1) is None


def test_more_answers_follow() -> None:
    both = some().concatenate(some(("cd" * 32,)))
    assert both.rows() == {HASHES[0]: 0, HASHES[1]: 1, "cd" * 32: 2}
    assert (len(both), both.tested) == (3, 1)


def archive(**changed: object) -> bytes:
    with np.load(BytesIO(some().to_bytes())) as file:
        arrays = {**{name: file[name] for name in file.files}, **changed}
    file_bytes = BytesIO()
    np.savez(file_bytes, **{name: array for name, array in arrays.items() if array is not None})
    return file_bytes.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text",
        some().to_bytes()[:300],
        archive(labels=None),
        archive(labels=np.array([0, 9])),
        archive(labels=np.array([0])),
        archive(names=np.frombuffer(b"{", np.uint8)),
        archive(names=np.array([0, 255], np.uint8)),
        archive(probabilities=np.zeros(3)),
        archive(probabilities=np.array([["a"]])),
        archive(distance_scores=np.zeros(5)),
        archive(hashes=np.zeros((2, 31), np.uint8)),
        archive(hashes=np.array([{}, {}], dtype=object)),
        archive(tested=np.zeros(3)),
    ],
)
def test_what_is_damaged_is_said(data: bytes) -> None:
    with pytest.raises(ModelUnreadable, match="tellapart evaluate"):
        Answers.from_bytes(data)


def test_of_a_version(storage: Storage) -> None:
    registry = ModelRegistry(storage.database)
    version = register_colour_model(storage)
    with pytest.raises(NotFound, match="no stored test answers"):
        read_answers(storage.blobs, registry.get(version))
    write_answers(registry, storage.blobs, version, some())
    assert read_answers(storage.blobs, registry.get(version)).labels == ("ré|d", "blue")
    write_answers(registry, storage.blobs, version, some(classes=2))
    with pytest.raises(ModelUnreadable, match="of 2 classes"):
        read_answers(storage.blobs, registry.get(version))
