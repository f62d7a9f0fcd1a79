from pathlib import Path
from typing import get_args

import numpy as np
import onnx
import pytest

from tellapart.errors import InvalidRequest, ModelUnreadable
from tellapart.features.backbones.efficientnet_lite0 import keras_builder, onnx_builder
from tellapart.features.backbones.efficientnet_lite0.layers import DIMENSION, INPUT_SIDE_PX
from tellapart.features.backbones.efficientnet_lite0.weights import load_weights
from tellapart.features.keras_library import load_keras
from tellapart.jobs.contracts import KerasFormat
from tellapart.package.export import export_onnx
from tellapart.package.format import HEAD_BIAS, ModelPackage
from tellapart.package.keras_files import check_keras_parity, probe_to_keras
from tellapart.runtime.session import InferenceSession
from tellapart.store.database import Database
from tellapart.training.options import TrainingContext, TrainingOptions
from tellapart.training.probe.recipe import train_probe
from tests.support.models.training_sets import Recorder, textures

THREE = textures({"train": 4, "validation": 1, "test": 4}, ("cats", "dogs", "owls"))


@pytest.fixture(scope="module")
def package_bytes(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The package of a probe model."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('export') / 'models.db'}")
    context = TrainingContext(database, run_folder / "backbones", 10_000_000, 64)
    model = train_probe(THREE, TrainingOptions(), context, Recorder())
    database.close()
    package = ModelPackage(model.spec, model.class_names, "probe", model.backbone, 1.5, 0.5)
    return export_onnx(model, package)


def test_both_builders_make_the_same_backbone() -> None:
    weights = load_weights()
    session = InferenceSession(onnx_builder.build(weights, INPUT_SIDE_PX).SerializeToString())
    model = keras_builder.build(load_keras(), weights, INPUT_SIDE_PX, columns=DIMENSION + 384)
    sides = (3, INPUT_SIDE_PX, INPUT_SIDE_PX, 3)
    pixels = np.random.default_rng(0).integers(0, 256, sides, dtype=np.uint8)
    # A flat image shows what the padding does at the edges.
    pixels[1:] = [[[[255, 0, 127]]], [[[0, 0, 0]]]]
    found = session.run(pixels)
    expected = np.concatenate([found["embedding"], found["pooled"][:, :384]], axis=1)
    assert np.allclose(model.predict_on_batch(pixels), expected, atol=1e-3)


@pytest.mark.parametrize("format", get_args(KerasFormat))
def test_a_probe_becomes_a_keras_file_that_agrees(
    package_bytes: bytes,
    tmp_path: Path,
    format: KerasFormat,  # noqa: A002
) -> None:
    path = tmp_path / f"model.{format}"
    probe_to_keras(package_bytes, path, format)
    files = [THREE.read(name) for name in THREE.splits["test"].content_hashes]
    parity = check_keras_parity(path, package_bytes, files)
    assert parity.max_probability_difference < 1e-4
    assert parity.images == 12
    assert [entry.name for entry in tmp_path.glob("model.*")] == [path.name]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("recipe", "scratch", "from training"),
        ("backbone", "MobileNetV2", "stands on MobileNetV2. Use its ONNX file"),
    ],
)
def test_a_package_of_another_kind_is_refused(
    package_bytes: bytes, tmp_path: Path, key: str, value: str, message: str
) -> None:
    model = onnx.load_from_string(package_bytes)
    for entry in model.metadata_props:
        if entry.key == key:
            entry.value = value
    with pytest.raises(InvalidRequest, match=message):
        probe_to_keras(model.SerializeToString(), tmp_path / "model.keras", "keras")


def test_a_package_without_its_weights_is_refused(package_bytes: bytes, tmp_path: Path) -> None:
    model = onnx.load_from_string(package_bytes)
    for array in model.graph.initializer:
        if array.name == HEAD_BIAS:
            array.name = "renamed"
    for node in model.graph.node:
        node.input[:] = ["renamed" if name == HEAD_BIAS else name for name in node.input]
    with pytest.raises(ModelUnreadable, match=HEAD_BIAS):
        probe_to_keras(model.SerializeToString(), tmp_path / "model.keras", "keras")
