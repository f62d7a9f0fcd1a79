"""The built-in network learns on: all of it on small images, its top on photos."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tellapart.errors import BackboneUnavailable, JobCancelled
from tellapart.features.backbones.catalogue import built_in_spec
from tellapart.features.backbones.efficientnet_lite0.weights import load_weights
from tellapart.features.keras_library import load_keras, quiet
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.package.build import package_model
from tellapart.package.export import check_onnx_parity, export_onnx
from tellapart.package.format import ModelPackage
from tellapart.package.keras_files import check_keras_parity
from tellapart.training.finetune import whole
from tellapart.training.finetune.frozen_features import FeatureReader
from tellapart.training.finetune.plan import partly_frozen
from tellapart.training.finetune.recipe import train_finetune
from tellapart.training.keras_loop.keras_model import KerasModel
from tellapart.training.options import TrainingContext, TrainingOptions
from tests.support.models.training_sets import Recorder, textures

SMALL = textures({"train": 12, "validation": 4, "test": 4})
PHOTOS = textures({"train": 6, "validation": 2, "test": 2}, size=(90, 80))
# The first step has no rate yet, the second changes the head alone.
OPTIONS = TrainingOptions(epochs=3, seed=1)


def kernels(network: Any) -> dict[str, np.ndarray]:
    """Those of the convolutions of the whole network, by layer."""
    layers = network.get_layer("body").layers
    return {layer.name: layer.get_weights()[0] for layer in layers if layer.get_weights()}


def changed(network: Any) -> set[str]:
    """The layers whose kernels are not those that the network came with."""
    came, found = load_weights(), set()
    for name, kernel in kernels(network).items():
        own = came[name].kernel.transpose((2, 3, 0, 1) if "depthwise" in name else (2, 3, 1, 0))
        if not np.array_equal(own, kernel):
            found.add(name)
    return found


def package_of(model: KerasModel) -> ModelPackage:
    return ModelPackage(model.spec, model.class_names, "finetune", model.backbone, 1.3, 0.5)


def test_all_of_the_network_is_to_learn_on_small_images() -> None:
    keras = load_keras()
    network = whole._network(keras, built_in_spec(64), 2)
    assert changed(network) == set()
    weights = {weight.path for weight in network.trainable_weights}
    with partly_frozen(network):
        learning = {weight.path for weight in network.trainable_weights}
    assert {path for path in weights - learning if "depthwise" not in path} == set()
    assert len(weights - learning) == 16
    assert {path.partition("/")[0] for path in learning} >= {"stem", "block15_expand", "logits"}
    logits = network.predict_on_batch(np.ones((1, 64, 64, 3), np.float32))
    assert np.array_equal(logits, [[0, 0]])


def small_network(
    keras: Any, side_px: int, outputs: Callable[[Any], Any]
) -> tuple[Any, dict[str, Any]]:
    """A network of a few hundred weights with the layers that matter here, and these by name."""
    layers = keras.layers
    made = {
        "conv": layers.Conv2D(8, 3, strides=4, name="conv"),
        "conv_bn": layers.BatchNormalization(name="conv_bn"),
        "depthwise": layers.DepthwiseConv2D(3, strides=4, name="depthwise"),
        "depthwise_bn": layers.BatchNormalization(name="depthwise_bn"),
        "point": layers.Conv2D(16, 1, activation="relu", name="point"),
        "pooled": layers.GlobalAveragePooling2D(name="pooled"),
    }
    value = inputs = keras.Input((side_px, side_px, 3))
    for layer in made.values():
        value = layer(value)
    return keras.Model(inputs, outputs(value), name="network"), made


def test_a_stopped_training_of_all_comes_to_the_same_end(
    training_context: TrainingContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: dict[str, Any] = {}

    def network(keras: Any, spec: PreprocessingSpec, classes: int) -> Any:
        head = keras.layers.Dense(classes, kernel_initializer="zeros", name="logits")
        made, layers = small_network(keras, spec.width_px, head)
        parts.update({name: (layer, layer.get_weights()) for name, layer in layers.items()})
        return made

    monkeypatch.setattr(whole, "_network", network)
    model = train_finetune(SMALL, OPTIONS, training_context, Recorder())
    learned = {
        f"{name}/{number}"
        for name, (layer, before) in parts.items()
        for number, values in enumerate(layer.get_weights())
        if not np.array_equal(values, before[number])
    }
    assert learned == {"conv/0", "conv/1", "depthwise/1", "point/0", "point/1"}
    parameters = model.parameters
    assert (parameters["input_side_px"], parameters["trained_from"]) == (64, "pixels")
    assert parameters["augmentation"]["flip"] is True
    assert [entry["epoch"] for entry in model.history] == [1, 2, 3]

    context = replace(training_context, checkpoints=tmp_path)
    with pytest.raises(JobCancelled):
        train_finetune(SMALL, OPTIONS, context, StopsAfter("Epoch 1 of 3"))
    log = Recorder()
    again = train_finetune(SMALL, OPTIONS, context, log)
    assert "Going on after epoch 1." in log.messages
    assert np.array_equal(again.logits("test"), model.logits("test"))


@pytest.mark.slow("trains the upper half of a large network and reads a Keras file of it")
def test_the_top_of_the_network_learns_on_photos(
    training_context: TrainingContext, tmp_path: Path
) -> None:
    model = train_finetune(PHOTOS, replace(OPTIONS, epochs=6), training_context, Recorder())
    parameters = model.parameters
    assert parameters["trained_from"] == "block10_project_sum"
    assert parameters["mirrored"] is True
    learned = changed(model.network)
    frozen = {f"block{number}_project" for number in range(11)} | {"stem"}
    assert not learned & frozen
    # Nothing was changed when the probe's answers were the best; the first rate is next to 0.
    if parameters["best_epoch"] > 1:
        assert {"block11_expand", "head"} <= learned
    onnx = export_onnx(model, package_of(model))
    parity = check_onnx_parity(onnx, model, PHOTOS, max_pixels=10_000_000)
    assert parity.max_probability_difference < 1e-4
    files = [PHOTOS.read(name) for name in PHOTOS.splits["test"].content_hashes]
    model.to_keras(1.3, tmp_path / "model.keras", "keras")
    parity = check_keras_parity(tmp_path / "model.keras", onnx, files)
    assert parity.max_probability_difference < 1e-4


@pytest.fixture
def own_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Weights of a small network that goes by the name of `MobileNet`.

    `test_keras_backbones` takes the real one.
    """
    keras = load_keras()

    def build(*, input_shape: tuple[int, int, int], **options: Any) -> Any:
        assert options == {"weights": None, "include_top": False, "pooling": "avg"}
        return small_network(keras, input_shape[0], lambda value: value)[0]

    monkeypatch.setattr(keras.applications, "MobileNet", build)
    file = tmp_path / "own.weights.h5"
    with quiet():
        keras.applications.MobileNet(
            weights=None, include_top=False, pooling="avg", input_shape=(224, 224, 3)
        ).save_weights(file)
    return file


def test_the_top_of_a_network_of_keras_learns(
    training_context: TrainingContext, own_weights: Path
) -> None:
    network = small_network(load_keras(), 224, lambda value: value)[0]
    network.load_weights(own_weights)
    options = replace(OPTIONS, backbone=f"MobileNet:{own_weights}", epochs=6)
    model = train_finetune(PHOTOS, options, training_context, Recorder())
    assert model.parameters["trained_from"] == "conv"
    assert model.backbone is not None
    assert model.backbone.startswith("MobileNet:own.weights-")
    # Statistics of normalisation stay, whatever was learned.
    for layer in model.network.get_layer("body").layers:
        if layer.name.endswith("_bn"):
            known = network.get_layer(layer.name).get_weights()
            assert all(map(np.array_equal, layer.get_weights(), known))
    parity = check_onnx_parity(
        export_onnx(model, package_of(model)), model, PHOTOS, max_pixels=10_000_000
    )
    assert parity.max_probability_difference < 1e-4


def test_a_training_on_some_of_the_images_is_packaged(
    training_context: TrainingContext, own_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time is enough for 8 of 12: of 1,000 s, 8 others take 168, each with three passes 96.6."""
    monkeypatch.setattr(FeatureReader, "seconds_per_image", lambda *_: 21.0)
    log = Recorder()
    options = replace(OPTIONS, backbone=f"MobileNet:{own_weights}", time_budget_s=1000)
    model = train_finetune(PHOTOS, options, training_context, log)
    assert "The time budget is enough for 8 of the training pictures." in log.messages
    assert model.parameters["trained_pictures"] == 8
    assert model.learned_features(100).shape == (8, 16)
    assert model.learned_features(3).shape == (3, 16)
    made = package_model(
        model, PHOTOS, target_precision=0.95, max_pixels=10_000, try_int8=False, reporter=log
    )
    assert made.probabilities.shape == (4, 2)


@pytest.mark.parametrize(
    ("backbone", "reason"),
    [
        ("onnx:/data/network.onnx", "is an ONNX file, which cannot be trained"),
        ("MobileNet:/nowhere/own.weights.h5", "give the file of its weights"),
        ("vgg", "vgg"),
    ],
)
def test_what_cannot_be_trained_is_refused(
    training_context: TrainingContext, backbone: str, reason: str
) -> None:
    with pytest.raises(BackboneUnavailable, match=reason):
        train_finetune(SMALL, TrainingOptions(backbone=backbone), training_context, Recorder())


class StopsAfter(Recorder):
    """Stops the work once it has been told this."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self._message = message

    def check_cancelled(self) -> None:
        if self._message in self.messages:
            raise JobCancelled("The test asked for it.")
