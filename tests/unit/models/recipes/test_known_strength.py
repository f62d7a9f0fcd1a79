from pathlib import Path
from typing import Any

import pytest

from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.models.backbones.catalogue import Backbone
from tellapart.models.recipes.known_strength import KnownStrength, known_strength
from tellapart.store.database import Database
from tellapart.store.tables import DatasetVersion, ModelVersion

NETWORK = Backbone("net", PreprocessingSpec(32, 32), 8, Path("net.onnx"))
CHOSEN_AT = {"pictures": 20_000, "validation_loss": 0.5}


def trained(database: Database, **changes: Any) -> None:
    """A probe version is registered."""
    facts = {"C": 0.01, "C_chosen_at": CHOSEN_AT, "embedding_key": NETWORK.embedding_key}
    with database.writing() as session:
        data = DatasetVersion(content_id="0" * 64, reason="test", summary={})
        session.add(data)
        session.flush()
        row = ModelVersion(
            recipe="probe", backbone="net", dataset_version=data.id, class_names=["a", "b"],
            parameters={**facts, **changes}, metrics={}, report={},
        )  # fmt: skip
        session.add(row)


def test_it_is_that_of_the_last_search(database: Database) -> None:
    trained(database, C=0.3)
    trained(database)
    found = known_strength(database, ("a", "b"), NETWORK, 21_000)
    assert found == KnownStrength(0.01, 20_000, 0.5)


@pytest.mark.parametrize("pictures", [9_000, 17_000, 23_000])
def test_with_few_pictures_or_many_others_it_is_searched_anew(
    database: Database, pictures: int
) -> None:
    trained(database)
    assert known_strength(database, ("a", "b"), NETWORK, pictures) is None


def test_of_other_classes_or_embeddings_it_says_nothing(database: Database) -> None:
    assert known_strength(database, ("a", "b"), NETWORK, 20_000) is None
    trained(database, embedding_key="net/0/224/crop")
    assert known_strength(database, ("a", "b"), NETWORK, 20_000) is None
    trained(database, C_chosen_at=None)
    assert known_strength(database, ("a", "b"), NETWORK, 20_000) is None
    trained(database)
    assert known_strength(database, ("a", "c"), NETWORK, 20_000) is None


def test_it_holds_while_the_loss_is_about_the_same() -> None:
    known = KnownStrength(0.01, 20_000, 0.5)
    assert known.holds(0.53)
    assert not known.holds(0.6)
    assert not known.holds(None)
