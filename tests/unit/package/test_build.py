from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.errors import JobCancelled
from tellapart.evaluation.calibration import fit_temperature
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.jobs.contracts import KerasFormat
from tellapart.jobs.progress import ProgressReporter
from tellapart.package import int8_acceptance
from tellapart.package.build import PackagedModel, package_model
from tellapart.package.format import read_package
from tellapart.package.prediction import predict
from tellapart.package.quantized_network import QuantizedNetwork, quantize_network
from tellapart.package.trained import HeldOutAnswers
from tellapart.runtime.session import InferenceSession
from tests.support.models.convolutions import SIDE_PX, convolutional_graph
from tests.support.models.training_sets import Recorder, textures

SPEC = PreprocessingSpec(SIDE_PX, SIDE_PX, "stretch")
NAMES = ("cats", "dogs", "owls")


@dataclass(frozen=True)
class Convolutions(QuantizedNetwork):
    """A small network, as a recipe would leave it."""

    recipe: str = "probe"
    backbone: str | None = None
    class_names: tuple[str, ...] = NAMES
    gained: bool = True
    held_out: HeldOutAnswers | None = None

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {}

    @property
    def history(self) -> Sequence[Mapping[str, float]]:
        return []

    def learned_features(self, most: int) -> NDArray[np.float32]:
        return self.features("train")[:most]

    def to_onnx(self, temperature: float) -> bytes:
        return convolutional_graph(temperature)

    def quantized(
        self,
        graph: bytes,
        temperature: float,
        training_set: TrainingSet,
        *,
        max_pixels: int,
        reporter: ProgressReporter,  # noqa: ARG002
    ) -> QuantizedNetwork | None:
        return quantize_network(graph, temperature, self.spec, training_set, max_pixels)

    def to_keras(self, temperature: float, path: Path, format: KerasFormat) -> None:  # noqa: A002
        raise NotImplementedError


@pytest.fixture(scope="module")
def trained() -> Convolutions:
    """A network, with images that are of the classes that it names, some mistakes aside."""
    images = textures({"train": 10, "validation": 20, "test": 8}, NAMES)
    network = Convolutions(convolutional_graph(), 1.0, SPEC, images, 10_000)
    splits = {}
    for split, examples in images.splits.items():
        y = network.logits(split).argmax(axis=1)
        y[::10] = (y[::10] + 1) % 3
        splits[split] = Examples(examples.content_hashes, y)
    return replace(network, training_set=replace(images, splits=splits))


def packaged(
    trained: Convolutions, log: Recorder | None = None, *, try_int8: bool = True
) -> PackagedModel:
    return package_model(
        trained,
        trained.training_set,
        target_precision=0.95,
        max_pixels=10_000,
        try_int8=try_int8,
        reporter=log or Recorder(),
    )


@pytest.mark.parametrize("question", [1, 2, 3, 4])
def test_it_can_be_cancelled_between_its_parts(
    trained: Convolutions, monkeypatch: pytest.MonkeyPatch, question: int
) -> None:
    monkeypatch.setattr(int8_acceptance, "measure_speedup", lambda *_: 2.0)
    with pytest.raises(JobCancelled):
        packaged(trained, Recorder(cancel_at=question))


@pytest.mark.parametrize(("speedup", "kept"), [(2.0, True), (1.0, False)])
def test_the_numbers_are_those_of_the_file_that_serves(
    trained: Convolutions, monkeypatch: pytest.MonkeyPatch, speedup: float, kept: bool
) -> None:
    # How fast a file is here cannot be arranged.
    monkeypatch.setattr(int8_acceptance, "measure_speedup", lambda *_: speedup)
    log = Recorder()
    made = packaged(trained, log)
    assert set(made.files) == ({"onnx", "int8"} if kept else {"onnx"})
    verdict = made.facts["exports"]["int8"]
    assert (verdict["kept"], verdict["speedup"]) == (kept, speedup)
    assert f"int8: {verdict['reason']}" in log.messages
    file = made.files["int8" if kept else "onnx"]
    assert read_package(InferenceSession(file)) == made.package
    test = trained.training_set.splits["test"].content_hashes
    found = predict(file, test, trained.training_set.read, max_pixels=10_000)
    assert found.distances is not None
    assert np.allclose(found.probabilities, made.probabilities, atol=1e-3)
    assert np.allclose(found.distances, made.distances, atol=1e-3)


def test_int8_is_not_tried_when_it_is_not_wanted(trained: Convolutions) -> None:
    log = Recorder()
    made = packaged(trained, log, try_int8=False)
    assert set(made.files) == {"onnx"}
    assert made.facts["exports"]["int8"] is None
    assert not any("int8" in message for message in log.messages)


def test_facts_of_the_thresholds(trained: Convolutions) -> None:
    made = packaged(trained)
    facts, package = made.facts, made.package
    threshold = facts["threshold"]
    assert threshold["value"] == package.confidence_threshold == facts["confidence_threshold"]
    assert threshold["target_precision"] == 0.95
    assert 0 < threshold["coverage"] <= 1
    assert threshold["precision"] < 0.95
    assert threshold["reached"] is False
    assert facts["novelty"]["threshold"] == package.distance_threshold
    assert 0 <= facts["novelty"]["validation_share"] < 0.1
    assert package.median_distance is not None
    assert package.distance_threshold is not None
    assert 0 < package.median_distance < package.distance_threshold
    assert facts["exports"]["heat_maps"] is True
    assert facts["exports"]["parity"]["onnx"] < 1e-5


def test_confidence_is_calibrated_on_all_that_was_not_learned_from(trained: Convolutions) -> None:
    # Of 200 images half look certain and are right, and the others are not.
    logits = np.zeros((200, 3), np.float32)
    logits[:, 0] = np.concatenate([np.linspace(16, 12, 100), np.linspace(3, 1.5, 100)])
    y = np.repeat([0, 1], 100)
    model = replace(trained, held_out=HeldOutAnswers(logits, y))
    made = package_model(
        model,
        trained.training_set,
        target_precision=None,
        max_pixels=10_000,
        try_int8=False,
        reporter=Recorder(),
    )
    found = made.facts["threshold"]
    assert found["pictures"] == 200
    assert (found["target_precision"], found["reached"]) == (0.95, True)
    assert found["coverage"] == pytest.approx(0.5, abs=0.03)
    assert made.facts["held_out"]["accuracy"] == 0.5
    assert 0.4 < made.facts["held_out"]["accuracy_low"] < 0.5
    assert [cost["target_precision"] for cost in found["costs"]] == [0.9, 0.85]
    assert made.package.temperature == fit_temperature(logits, y)


def test_without_held_out_answers_there_is_no_further_estimate(trained: Convolutions) -> None:
    assert packaged(trained).facts["held_out"] is None


def test_without_validation_images_it_is_packaged_all_the_same(trained: Convolutions) -> None:
    none = Examples((), np.zeros(0, np.int64))
    data = replace(trained.training_set, splits={**trained.training_set.splits, "validation": none})
    made = packaged(replace(trained, training_set=data, _answers={}))
    assert made.facts["novelty"] is None
    assert made.facts["threshold"]["reached"] is False
    assert made.facts["exports"]["int8"]["kept"] is False
    assert "distance" in InferenceSession(made.files["onnx"]).output_shapes
