"""Drift over counts that are written directly; nothing is predicted."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tellapart.errors import ModelUnreadable
from tellapart.monitoring.drift import read_drift
from tellapart.monitoring.drift_reference import DriftReferences
from tellapart.monitoring.drift_report import Drift
from tellapart.monitoring.records import PredictionRecord
from tellapart.monitoring.rollups import add_rollups, roll_up
from tellapart.monitoring.windows import window_until
from tellapart.registry.answers import ARTIFACT, Answers, write_answers
from tellapart.registry.versions import ModelRegistry
from tellapart.store.storage import Storage
from tests.support.models.packages import COLOURS, register_colour_model
from tests.support.predictions import NOON, answered

pytestmark = pytest.mark.both_databases(False)


def version_with_answers(storage: Storage, *, images: int = 300, distances: bool = True) -> int:
    """A champion that was tested on as many images of each colour, 9 of 10 right at 0.9."""
    version = register_colour_model(storage)
    guesses = np.arange(images) % 3
    probabilities = np.full((images, 3), 0.05, np.float32)
    probabilities[np.arange(images), guesses] = 0.9
    scores = (
        np.where(np.arange(images) % 100 == 0, 0.2, 1.0) if distances else np.full(images, np.nan)
    )
    labels = [COLOURS[k if n % 10 else k - 1] for n, k in enumerate(guesses)]
    hashes = tuple(f"{number:064x}" for number in range(images))
    answers = Answers(hashes, tuple(labels), probabilities, scores.astype(np.float32), images)
    registry = ModelRegistry(storage.database)
    write_answers(registry, storage.blobs, version, answers)
    registry.promote(version, "test")
    return version


def log(storage: Storage, records: list[PredictionRecord]) -> None:
    with storage.database.writing() as session:
        add_rollups(session, roll_up(records))


def like_the_test(version: int, count: int, **other: Any) -> list[PredictionRecord]:
    values: dict[str, Any] = {
        "confidence": 0.9,
        "distance_score": 1.0,
        "model_version": version,
        **other,
    }
    return [answered(n / 100, **{"label": COLOURS[n % 3], **values}) for n in range(count)]


def drift(storage: Storage, references: DriftReferences | None = None) -> Drift:
    window = window_until("15m", NOON + timedelta(seconds=60))
    with storage.database.reading() as session:
        return read_drift(session, references or DriftReferences(storage), window)


def changed(found: Drift) -> set[str]:
    return {each.name for each in found.measures if each.verdict == "changed"}


def test_too_few_predictions_say_how_many_are_missing(storage: Storage) -> None:
    log(storage, like_the_test(version_with_answers(storage), 60))
    found = drift(storage)
    assert (found.verdict, found.predictions, found.missing) == ("not_enough", 60, 40)
    assert {each.verdict for each in found.measures} == {"not_enough"}
    assert found.expected_accuracy is None
    assert found.reason is None


@pytest.mark.both_databases
def test_the_same_images_are_steady(storage: Storage) -> None:
    version = version_with_answers(storage)
    log(storage, [*like_the_test(version, 300), *like_the_test(version + 1, 300, label="red")])
    found = drift(storage)
    assert (found.verdict, found.predictions, found.model_version) == ("steady", 300, version)
    assert len(found.measures) == 5
    assert found.expected_accuracy == pytest.approx(0.9)
    assert found.reference is not None
    assert found.reference.test_pictures == 300
    assert [(each.expected, each.seen) for each in found.classes] == [(0.3333, 0.3333)] * 3
    assert sum(each.seen or 0 for each in found.confidences) == pytest.approx(1)


def test_other_images_are_told_by_what_changed(storage: Storage) -> None:
    version = version_with_answers(storage)
    unlike = {"abstained_because": "unlike_training_data", "distance_score": 0.1}
    log(storage, like_the_test(version, 150, label="blue", confidence=0.6))
    found = drift(storage)
    assert changed(found) == {"classes", "confidence", "mean_confidence"}
    assert found.verdict == "changed"
    assert {each.label: each.seen for each in found.classes} == {"blue": 1, "red": 0, "green": 0}
    assert found.expected_accuracy == pytest.approx(0.6)
    log(storage, like_the_test(version, 150, **unlike))
    found = drift(storage)
    assert {"distance", "unlike_training_data"} < changed(found)
    assert found.expected_accuracy is None, "confidences say nothing of such images"
    (share,) = [each for each in found.measures if each.name == "unlike_training_data"]
    assert share.value == 0.5
    assert (share.low or 0) < 0.5 < (share.high or 0)


def test_a_model_without_distances_has_three_measures(storage: Storage) -> None:
    version = version_with_answers(storage, distances=False)
    log(storage, like_the_test(version, 120, distance_score=None))
    found = drift(storage)
    assert [each.name for each in found.measures] == ["classes", "confidence", "mean_confidence"]
    assert (found.verdict, found.distance_scores) == ("steady", [])


def test_after_a_promotion_the_reference_is_that_of_the_new_version(storage: Storage) -> None:
    references = DriftReferences(storage)
    first = version_with_answers(storage)
    log(storage, like_the_test(first, 150, label="blue"))
    assert drift(storage, references).verdict == "changed"
    second = version_with_answers(storage, images=100)
    found = drift(storage, references)
    assert (found.model_version, found.predictions) == (second, 0)
    assert found.reference is not None
    assert found.reference.test_pictures == 100


def test_what_cannot_be_told_says_why(storage: Storage) -> None:
    assert (drift(storage).reason, drift(storage).model_version) == (
        "No model is in service yet.",
        None,
    )
    version = register_colour_model(storage)
    registry = ModelRegistry(storage.database)
    registry.promote(version, "test")
    assert f"`tellapart evaluate {version}`" in (drift(storage).reason or "")
    version_with_answers(storage, images=20)
    assert "20 pictures" in (drift(storage).reason or "")
    registry.add_artifact(registry.champion(), ARTIFACT, storage.blobs.put(b"damaged"), 7)
    with pytest.raises(ModelUnreadable, match="damaged"):
        drift(storage)
