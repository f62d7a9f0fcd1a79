"""Real Keras, real digits; the network is trained once for all tests here."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from tellapart.errors import JobCancelled, ParityError
from tellapart.evaluation.calibration import fit_temperature, softmax
from tellapart.features.keras_library import load_keras
from tellapart.images.preprocessing import prepare
from tellapart.jobs.contracts import KerasFormat
from tellapart.package.export import check_onnx_parity, export_onnx
from tellapart.package.format import ModelPackage, read_package
from tellapart.package.keras_files import check_keras_parity
from tellapart.runtime.session import InferenceSession
from tellapart.training.keras_loop import fitting, schedule
from tellapart.training.keras_loop.keras_model import KerasModel
from tellapart.training.options import TrainingContext, TrainingOptions
from tellapart.training.scratch import recipe
from tellapart.training.scratch.recipe import train_scratch
from tests.support.clocks import Clock
from tests.support.models.training_sets import Recorder, digits, textures

DIGITS = digits({"train": 1000, "validation": 150, "test": 300})
LOG = Recorder()


@pytest.fixture(scope="module")
def trained() -> KerasModel:
    """A network after a few epochs."""
    context = TrainingContext(
        database=None,  # type: ignore[arg-type]
        cache_dir=Path(),
        max_pixels=10_000,
        scratch_max_px=64,
    )
    return train_scratch(DIGITS, TrainingOptions(epochs=6), context, LOG)


@pytest.fixture(scope="module")
def package(trained: KerasModel) -> ModelPackage:
    """What its package says."""
    logits, y = trained.logits("validation"), DIGITS.splits["validation"].y
    return ModelPackage(
        trained.spec, trained.class_names, "scratch", None, fit_temperature(logits, y), 0.5
    )


@pytest.fixture(scope="module")
def onnx_bytes(trained: KerasModel, package: ModelPackage) -> bytes:
    """Its package."""
    return export_onnx(trained, package)


def some_pixels(trained: KerasModel, count: int) -> np.ndarray:
    """The first test images as the package takes them."""
    names = DIGITS.splits["test"].content_hashes[:count]
    return np.stack([prepare(DIGITS.read(name), trained.spec, max_pixels=10_000) for name in names])


def test_it_reads_digits(trained: KerasModel) -> None:
    logits = trained.logits("test")
    assert logits.shape == (300, 10)
    assert (logits.argmax(axis=1) == DIGITS.splits["test"].y).mean() >= 0.94


def test_facts_of_the_training_are_kept(trained: KerasModel) -> None:
    parameters = trained.parameters
    assert (parameters["epochs"], parameters["stopped_by"]) == (6, "epochs")
    assert parameters["input_side_px"] == trained.spec.width_px == 16
    # Writing must not be mirrored.
    assert parameters["augmentation"]["flip"] is False


def test_each_epoch_is_reported(trained: KerasModel) -> None:
    epochs = [figures for figures in LOG.figures if "epoch" in figures]
    assert [figures["epoch"] for figures in epochs] == [1, 2, 3, 4, 5, 6]
    for name in ("loss", "accuracy", "validation_loss", "validation_accuracy"):
        assert all(np.isfinite(figures[name]) for figures in epochs)
    assert epochs[-1]["accuracy"] > epochs[0]["accuracy"]
    assert "Epoch 6 of 6" in LOG.messages


def test_its_package_answers_as_it_did(
    trained: KerasModel, package: ModelPackage, onnx_bytes: bytes
) -> None:
    session = InferenceSession(onnx_bytes)
    assert read_package(session) == package
    parity = check_onnx_parity(onnx_bytes, trained, DIGITS, max_pixels=10_000)
    assert parity.max_probability_difference < 1e-4
    assert (parity.images, parity.agreement) == (32, 1.0)


def test_the_export_is_deterministic_in_use(trained: KerasModel, onnx_bytes: bytes) -> None:
    # No random operation, no batch statistics: one image alone answers as among others.
    pixels = some_pixels(trained, 8)
    session = InferenceSession(onnx_bytes)
    together = session.run(pixels)["probabilities"]
    alone = [session.run(image[None])["probabilities"][0] for image in pixels]
    assert np.allclose(together, alone, atol=1e-5)


def test_keras_files_need_no_code_of_ours_and_agree(
    trained: KerasModel, package: ModelPackage, onnx_bytes: bytes, tmp_path: Path
) -> None:
    keras = load_keras()
    files = [DIGITS.read(name) for name in DIGITS.splits["test"].content_hashes[:16]]
    expected = softmax(trained.logits("test")[:16], package.temperature)
    assert keras.saving.get_custom_objects() == {}
    for name in get_args(KerasFormat):
        path = tmp_path / f"model.{name}"
        trained.to_keras(package.temperature, path, name)
        assert check_keras_parity(path, onnx_bytes, files).max_probability_difference < 1e-4
        loaded = keras.models.load_model(path, compile=False)
        layers = loaded._flatten_layers()
        assert {type(layer).__module__.partition(".")[0] for layer in layers} == {"keras"}
        assert np.allclose(loaded.predict_on_batch(some_pixels(trained, 16)), expected, atol=1e-4)


def test_a_file_of_another_model_is_found_out(
    trained: KerasModel, package: ModelPackage, onnx_bytes: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "model.keras"
    trained.to_keras(package.temperature * 3, path, "keras")
    files = [DIGITS.read(name) for name in DIGITS.splits["test"].content_hashes[:16]]
    with pytest.raises(ParityError):
        check_keras_parity(path, onnx_bytes, files)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network of a few hundred weights."""
    monkeypatch.setattr(recipe, "NARROW", 4)


@pytest.mark.usefixtures("narrow")
def test_a_time_budget_is_kept(
    training_context: TrainingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    clock.put_into(monkeypatch, fitting, schedule, recipe)

    def rate_share(_share: float) -> float:
        clock.tick(0.1)
        return 0.1

    monkeypatch.setattr(recipe, "_rate_share", rate_share)
    few = digits({"train": 64, "validation": 20, "test": 20})
    options = TrainingOptions(epochs=10_000, time_budget_s=8)
    model = train_scratch(few, options, training_context, Recorder())
    assert model.parameters["stopped_by"] == "time"
    assert 5 < clock.now <= 8


@pytest.mark.usefixtures("narrow")
def test_a_training_stops_when_asked(training_context: TrainingContext) -> None:
    few = digits({"train": 64, "validation": 20, "test": 20})
    for at in (1, 110):
        with pytest.raises(JobCancelled):
            train_scratch(few, TrainingOptions(), training_context, Recorder(cancel_at=at))


@pytest.mark.usefixtures("narrow")
def test_tiny_coloured_and_unequal_data_is_borne(training_context: TrainingContext) -> None:
    few = textures(
        {"train": 1, "validation": 1, "test": 1}, ("cats", "dogs", "owls"), size=(24, 20)
    )
    model = train_scratch(few, TrainingOptions(epochs=2), training_context, Recorder())
    assert model.parameters["augmentation"]["flip"] is True
    assert model.logits("test").shape == (3, 3)
