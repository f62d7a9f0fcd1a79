from collections.abc import Sequence

import numpy as np
import pytest

from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.errors import PromotionRefused
from tellapart.registry.answers import Answers, read_answers
from tellapart.registry.versions import ModelRegistry
from tellapart.store.storage import Storage
from tellapart.store.tables import Split
from tellapart.workflows.models.promote_model import promote_if_better
from tests.support.models.packages import COLOURS, colour_image, register_colour_model

WRONG = ("green", "blue", "red")


def colours(storage: Storage, names: Sequence[str] = COLOURS, *, side_px: int = 20) -> TrainingSet:
    """A training set whose test images are red, green and blue."""
    hashes = tuple(storage.blobs.put(colour_image(name, side_px)) for name in COLOURS)
    y = np.array([sorted(names).index(name) for name in COLOURS], dtype=np.int64)
    nothing = Examples((), np.array([], dtype=np.int64))
    splits: dict[Split, Examples] = {
        "train": nothing,
        "validation": nothing,
        "test": Examples(hashes, y),
    }
    return TrainingSet(tuple(sorted(names)), splits, storage.blobs.read, 20)


@pytest.fixture
def registry(storage: Storage) -> ModelRegistry:
    return ModelRegistry(storage.database)


def test_the_first_model_is_promoted(storage: Storage, registry: ModelRegistry) -> None:
    version = register_colour_model(storage, WRONG)
    decision = promote_if_better(storage, version, colours(storage), "auto")
    assert decision.promote
    assert registry.champion() == version
    assert registry.promotions().items[0].reason == decision.reason


def test_a_better_one_is_promoted_and_a_worse_one_is_not(
    storage: Storage, registry: ModelRegistry
) -> None:
    data = colours(storage)
    bad, good = register_colour_model(storage, WRONG), register_colour_model(storage)
    promote_if_better(storage, bad, data, "auto")
    assert promote_if_better(storage, good, data, "auto").promote
    assert registry.champion() == good
    worse = register_colour_model(storage, WRONG)
    decision = promote_if_better(storage, worse, data, "auto")
    assert not decision.promote
    assert "0.00% against 100.00%" in decision.reason
    assert (registry.champion(), registry.alias("challenger")) == (good, worse)


def test_the_choice_of_the_user(storage: Storage, registry: ModelRegistry) -> None:
    data = colours(storage)
    good, bad = register_colour_model(storage), register_colour_model(storage, WRONG)
    assert not promote_if_better(storage, good, data, "never").promote
    assert registry.alias("champion") is None
    promote_if_better(storage, good, data, "always")
    assert promote_if_better(storage, bad, data, "always").promote
    assert registry.champion() == bad


def test_again_after_an_interruption(storage: Storage, registry: ModelRegistry) -> None:
    version = register_colour_model(storage)
    for _ in range(2):
        assert promote_if_better(storage, version, colours(storage), "auto").promote
    assert len(registry.promotions().items) == 1
    with pytest.raises(PromotionRefused):
        registry.promote(version, "")


def test_a_champion_that_does_not_know_a_new_class_can_be_beaten(
    storage: Storage, registry: ModelRegistry
) -> None:
    old = register_colour_model(storage, ("red", "green", "purple"))
    registry.promote(old, "")
    new = register_colour_model(storage)
    decision = promote_if_better(storage, new, colours(storage), "auto")
    assert decision.promote, decision.reason
    assert registry.champion() == new


def answered(storage: Storage, version: int) -> Answers:
    return read_answers(storage.blobs, ModelRegistry(storage.database).get(version))


def test_what_the_champion_has_answered_is_not_computed_again(
    storage: Storage, registry: ModelRegistry
) -> None:
    data = colours(storage)
    champion = register_colour_model(storage, WRONG)
    promote_if_better(storage, champion, data, "auto")
    assert len(answered(storage, champion)) == len(COLOURS)
    onnx = registry.get(champion).served
    storage.blobs.delete(onnx.content_hash)
    new = register_colour_model(storage)
    assert promote_if_better(storage, new, data, "auto").promote


def test_new_test_images_are_answered_beside_the_known_ones(
    storage: Storage, registry: ModelRegistry
) -> None:
    champion = register_colour_model(storage)
    promote_if_better(storage, champion, colours(storage), "auto")
    data = colours(storage, side_px=30)
    decision = promote_if_better(storage, register_colour_model(storage, WRONG), data, "auto")
    assert "0.00% against 100.00%" in decision.reason
    assert len(answered(storage, champion)) == 2 * len(COLOURS)


@pytest.mark.parametrize("damaged", [b"", b"nonsense"])
def test_damaged_answers_are_made_anew(
    storage: Storage, registry: ModelRegistry, damaged: bytes
) -> None:
    data = colours(storage)
    champion = register_colour_model(storage, WRONG)
    promote_if_better(storage, champion, data, "auto")
    registry.add_artifact(champion, "answers", storage.blobs.put(damaged), len(damaged))
    assert promote_if_better(storage, register_colour_model(storage), data, "auto").promote
    assert len(answered(storage, champion)) == len(COLOURS)


def test_classes_that_came_went_and_were_renamed(storage: Storage, registry: ModelRegistry) -> None:
    old = register_colour_model(storage, ("red", "green", "azure", "old"))
    promote_if_better(storage, old, colours(storage), "auto")
    new = register_colour_model(storage)
    decision = promote_if_better(storage, new, colours(storage), "auto")
    assert decision.promote
    assert "100.00% against 66.67%" in decision.reason
    assert (
        "Of 3 test pictures, 1 are of what the champion does not know ('blue')" in decision.reason
    )
