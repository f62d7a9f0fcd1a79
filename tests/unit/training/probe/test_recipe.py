from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from tellapart.errors import InvalidRequest, JobCancelled
from tellapart.evaluation.calibration import softmax
from tellapart.images.preprocessing import prepare
from tellapart.package.build import package_model
from tellapart.package.export import check_onnx_parity, export_onnx
from tellapart.package.format import ModelPackage, read_package
from tellapart.package.trained import Int8Verdict
from tellapart.runtime.session import InferenceSession
from tellapart.store.database import Database
from tellapart.training.options import TrainingContext, TrainingOptions
from tellapart.training.probe.recipe import ProbeModel, train_probe
from tests.support.models.training_sets import Recorder, textures

THREE = textures({"train": 8, "validation": 3, "test": 4}, ("cats", "dogs", "owls"))


@pytest.fixture(scope="module")
def trained(cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProbeModel]:
    """A probe of three kinds of stripes."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('probe') / 'models.db'}")
    context = TrainingContext(database, cache_dir, max_pixels=10_000_000, scratch_max_px=64)
    yield train_probe(THREE, TrainingOptions(), context, Recorder())
    database.close()


def test_it_tells_textures_apart(trained: ProbeModel) -> None:
    logits = trained.logits("test")
    assert logits.shape == (12, 3)
    assert (logits.argmax(axis=1) == THREE.splits["test"].y).all()


def test_its_package_answers_as_it_did(trained: ProbeModel) -> None:
    package = package_of(trained)
    data = export_onnx(trained, package)
    session = InferenceSession(data)
    assert read_package(session) == package
    parity = check_onnx_parity(data, trained, THREE, max_pixels=10_000)
    assert parity.max_probability_difference < 1e-5
    assert (parity.images, parity.agreement) == (12, 1.0)


def test_the_temperature_is_inside_the_graph(trained: ProbeModel) -> None:
    pixels = np.random.default_rng(0).integers(
        0, 256, (2, trained.spec.height_px, trained.spec.width_px, 3), dtype=np.uint8
    )
    plain, warm = (
        InferenceSession(trained.to_onnx(temperature)).run(pixels)["probabilities"]
        for temperature in (1.0, 5.0)
    )
    assert np.allclose(softmax(np.log(plain), 5.0), warm, atol=1e-5)


def test_its_maps_and_features_are_those_of_its_logits(trained: ProbeModel) -> None:
    name = THREE.splits["test"].content_hashes[0]
    pixels = prepare(THREE.read(name), trained.spec, max_pixels=10_000)
    found = InferenceSession(trained.to_onnx(1.0)).run(pixels[None])
    assert np.allclose(found["features"], trained.features("test")[:1], atol=1e-4)
    logits = found["activation_maps"].mean(axis=(2, 3)) + trained.head.bias
    assert np.allclose(logits, trained.logits("test")[:1], atol=1e-3)


def test_in_int8_it_answers_nearly_alike_and_keeps_its_vectors(trained: ProbeModel) -> None:
    small, again = (
        trained.quantized(b"", 1.0, THREE, max_pixels=10_000, reporter=Recorder()) for _ in range(2)
    )
    assert isinstance(small, ProbeModel)
    assert isinstance(again, ProbeModel)
    assert small.frozen == again.frozen
    assert small.frozen.embedding_key != trained.frozen.embedding_key
    assert small.backbone != trained.backbone
    one, other = trained.features("test"), small.features("test")
    cosine = (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    # Seven bits of weights; with eight, processors without VNNI come to 0.8.
    assert cosine.min() > 0.95
    assert (small.logits("test").argmax(axis=1) == trained.logits("test").argmax(axis=1)).all()
    data = export_onnx(small, package_of(trained))
    check_onnx_parity(data, small, THREE, max_pixels=10_000)
    assert len(data) < 6_000_000


def test_what_a_head_on_the_last_layer_does_not_use_is_not_computed(trained: ProbeModel) -> None:
    assert trained.parameters["layers"] == "last layer"
    operations = [node.op_type for node in onnx.load_from_string(trained.to_onnx(1.0)).graph.node]
    assert operations.count("GlobalAveragePool") == 1
    assert "GlobalMaxPool" not in operations


@pytest.fixture(scope="module")
def deep(cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProbeModel]:
    """A probe on the last layer and the last stage, as if cross-fitting had chosen them."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('deep') / 'models.db'}")
    context = TrainingContext(database, cache_dir, max_pixels=10_000_000, scratch_max_px=64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tellapart.training.probe.depth._FEWEST_IMAGES", 1)
        patch.setattr("tellapart.training.probe.recipe.best_depth", lambda trials: trials[1])
        model = train_probe(THREE, TrainingOptions(), context, Recorder())
    yield model
    database.close()


def test_a_head_on_several_layers_is_exported_with_them(deep: ProbeModel) -> None:
    assert deep.parameters["layers"] == "last layer and the last 3 blocks"
    assert deep.parameters["compared"].count("log loss") == 3
    assert deep.features("test").shape == (12, 1280)
    data = export_onnx(deep, package_of(deep))
    check_onnx_parity(data, deep, THREE, max_pixels=10_000)
    graph = onnx.load_from_string(data).graph
    assert [node.op_type for node in graph.node].count("GlobalMaxPool") == 3
    small = deep.quantized(b"", 1.0, THREE, max_pixels=10_000, reporter=Recorder())
    assert isinstance(small, ProbeModel)
    check_onnx_parity(export_onnx(small, package_of(deep)), small, THREE, max_pixels=10_000)
    assert (small.logits("test").argmax(axis=1) == deep.logits("test").argmax(axis=1)).all()


def test_a_known_verdict_on_int8_stands(trained: ProbeModel) -> None:
    verdict = Int8Verdict(False, "not tried again", 1.6, 0.81, 0.79)
    known = replace(trained, known_int8=verdict)
    found = known.quantized(b"", 1.0, THREE, max_pixels=10_000, reporter=Recorder())
    assert found == verdict
    packaged = package_model(
        known, THREE, target_precision=0.95, max_pixels=10_000, try_int8=True, reporter=Recorder()
    )
    assert packaged.facts["exports"]["int8"] == asdict(verdict)
    assert set(packaged.files) == {"onnx"}


def package_of(trained: ProbeModel) -> ModelPackage:
    return ModelPackage(trained.spec, trained.class_names, "probe", trained.backbone, 1.7, 0.6)


def test_facts_of_the_training_are_kept(trained: ProbeModel) -> None:
    assert trained.parameters["converged"] is True
    assert trained.parameters["C"] > 0
    assert trained.parameters["resize_mode"] == "crop"
    assert trained.backbone == "efficientnet-lite0"


def test_the_resize_mode_can_be_chosen(training_context: TrainingContext) -> None:
    options = TrainingOptions(resize_mode="letterbox")
    model = train_probe(THREE, options, training_context, Recorder())
    assert model.spec.resize_mode == model.parameters["resize_mode"] == "letterbox"


def test_it_trains_on_one_image_a_class_without_validation(
    training_context: TrainingContext,
) -> None:
    few = textures({"train": 1, "validation": 0, "test": 1})
    model = train_probe(few, TrainingOptions(), training_context, Recorder())
    assert model.logits("validation").shape == (0, 2)
    assert model.logits("test").shape == (2, 2)


def test_the_same_again_gives_the_same(
    trained: ProbeModel, training_context: TrainingContext
) -> None:
    again = train_probe(THREE, TrainingOptions(), training_context, Recorder())
    assert np.array_equal(again.logits("test"), trained.logits("test"))


def test_it_tells_its_stages_and_stops_when_asked(training_context: TrainingContext) -> None:
    reporter = Recorder()
    train_probe(THREE, TrainingOptions(), training_context, reporter)
    assert [name for name, _ in reporter.stages][:2] == [
        "Preparing the backbone",
        "Embedding pictures",
    ]
    assert reporter.stages[-1][0] == "Fitting the head"
    with pytest.raises(JobCancelled):
        train_probe(THREE, TrainingOptions(), training_context, Recorder(cancel_at=2))


def test_keras_files_are_made_elsewhere(trained: ProbeModel, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="made from its package"):
        trained.to_keras(1.0, tmp_path / "model.h5", "h5")
