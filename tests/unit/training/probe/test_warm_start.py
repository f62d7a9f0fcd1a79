import importlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tellapart.errors import BlobNotFound
from tellapart.evaluation.calibration import softmax
from tellapart.features.backbones.catalogue import Backbone, load_backbone
from tellapart.images.preprocessing import PreprocessingSpec, prepare
from tellapart.package.trained import Int8Verdict
from tellapart.registry.versions import ModelRegistry
from tellapart.runtime.session import InferenceSession
from tellapart.settings import Settings
from tellapart.store.database import Database
from tellapart.store.storage import open_storage
from tellapart.store.tables import DatasetVersion, ModelVersion
from tellapart.training.probe.warm_start import WarmStart, warm_start
from tellapart.workflows.training.load_training_set import load_training_set

NETWORK = Backbone("net", PreprocessingSpec(32, 32), 8, Path("net.onnx"))
CHOSEN_AT = {"pictures": 20_000, "validation_loss": 0.5}


def trained(database: Database, int8: Int8Verdict | None = None, **changes: Any) -> None:
    """A probe version is registered."""
    report = {"exports": {"int8": None if int8 is None else asdict(int8)}}
    facts = {"C": 0.01, "C_chosen_at": CHOSEN_AT, "embedding_key": NETWORK.embedding_key}
    with database.writing() as session:
        data = DatasetVersion(content_id="0" * 64, reason="test", summary={})
        session.add(data)
        session.flush()
        row = ModelVersion(
            recipe="probe", backbone="net", dataset_version=data.id, class_names=["a", "b"],
            parameters={**facts, **changes}, metrics={}, report=report,
        )  # fmt: skip
        session.add(row)


def found(
    database: Database, class_names: Sequence[str], backbone: Backbone, images: int
) -> WarmStart | None:
    """The known head, where no file of it is kept."""

    def read(name: str) -> bytes:
        raise BlobNotFound(name)

    return warm_start(database, read, class_names, backbone, images)


def test_it_is_that_of_the_last_search(database: Database) -> None:
    trained(database, C=0.3)
    trained(database)
    assert found(database, ("a", "b"), NETWORK, 21_000) == WarmStart(0.01, 20_000, 0.5, 8)


@pytest.mark.parametrize("images", [9_000, 17_000, 23_000])
def test_with_few_images_or_many_others_it_is_searched_anew(
    database: Database, images: int
) -> None:
    trained(database)
    assert found(database, ("a", "b"), NETWORK, images) is None


def test_a_head_on_more_layers_is_known_of_fewer_images(database: Database) -> None:
    trained(database, columns=20, C_chosen_at={"pictures": 4_100, "validation_loss": 0.5})
    assert found(database, ("a", "b"), NETWORK, 3_900) is None
    known = found(database, ("a", "b"), NETWORK, 4_050)
    assert known is not None
    assert known.columns == 20


def test_of_other_classes_or_embeddings_it_says_nothing(database: Database) -> None:
    assert found(database, ("a", "b"), NETWORK, 20_000) is None
    trained(database, embedding_key="net/0/224/crop")
    assert found(database, ("a", "b"), NETWORK, 20_000) is None
    trained(database, C_chosen_at=None)
    assert found(database, ("a", "b"), NETWORK, 20_000) is None
    trained(database)
    assert found(database, ("a", "c"), NETWORK, 20_000) is None


def test_what_was_less_accurate_in_int8_is_not_tried_again(database: Database) -> None:
    trained(database, Int8Verdict(False, "not kept, it is less accurate", 1.6, 0.8127, 0.7945))
    known = found(database, ("a", "b"), NETWORK, 20_000)
    assert known is not None
    assert known.int8 is not None
    assert "not tried again" in known.int8.reason
    assert "79.45% right after 81.27%" in known.int8.reason
    # Nor after any number of trainings.
    trained(database, known.int8)
    again = found(database, ("a", "b"), NETWORK, 20_000)
    assert again == known


@pytest.mark.parametrize(
    "verdict",
    [
        None,
        Int8Verdict(True, "kept", 1.6, 0.81, 0.80),
        Int8Verdict(False, "it is hardly faster on this machine", 1.1),
        Int8Verdict(False, "its file does not answer as it did", 1.6, 0.81, 0.81),
    ],
)
def test_int8_is_tried_where_nothing_speaks_against_it(
    database: Database, verdict: Int8Verdict | None
) -> None:
    trained(database, verdict)
    known = found(database, ("a", "b"), NETWORK, 20_000)
    assert known is not None
    assert known.int8 is None


def test_it_holds_while_the_loss_is_about_the_same() -> None:
    known = WarmStart(0.01, 20_000, 0.5, 8)
    assert known.holds(0.53)
    assert not known.holds(0.6)
    assert not known.holds(None)


def test_it_answers_as_the_file_of_the_version(
    trained_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("tellapart.training.probe.warm_start")
    monkeypatch.setattr(module, "_MANY_IMAGES", 1)
    storage = open_storage(trained_settings)
    _, images = load_training_set(storage)
    cache = trained_settings.backbone_cache
    backbone = load_backbone("efficientnet-lite0", cache, images.median_side_px)
    count = len(images.splits["train"])
    known = warm_start(storage.database, storage.blobs.read, images.class_names, backbone, count)
    assert known is not None
    assert known.model is not None

    model = ModelRegistry(storage.database).get(1)
    name = images.splits["test"].content_hashes[0]
    pixels = prepare(images.read(name), backbone.spec, max_pixels=10_000)
    session = InferenceSession(storage.blobs.read(model.artifact("onnx").content_hash))
    answer = session.run(pixels[None])
    logits = known.model.logits(answer["features"])
    expected = softmax(logits, model.row.report["temperature"])
    assert np.allclose(expected, answer["probabilities"], atol=1e-4)
    storage.close()
