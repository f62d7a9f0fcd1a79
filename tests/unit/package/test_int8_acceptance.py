from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.package import int8_acceptance
from tellapart.package.export import export_onnx
from tellapart.package.format import ModelPackage
from tellapart.package.int8_acceptance import judge_int8, judge_speed, measure_speedup
from tellapart.package.quantized_network import QuantizedNetwork
from tellapart.package.trained import Int8Verdict
from tellapart.runtime.session import InferenceSession
from tellapart.store.tables import Split
from tests.support.models.convolutions import SIDE_PX, convolutional_graph
from tests.support.models.training_sets import textures

SPEC = PreprocessingSpec(SIDE_PX, SIDE_PX, "stretch")
NAMES = ("cats", "dogs", "owls")
IMAGES = textures({"train": 1, "validation": 20, "test": 4}, NAMES)
PACKAGE = ModelPackage(SPEC, NAMES, "test", None, 1.0, 0.5)


@dataclass(frozen=True)
class Worse(QuantizedNetwork):
    """Names another class for the first images of each split."""

    wrong: int = 0

    def logits(self, split: Split) -> NDArray[np.float32]:
        logits = super().logits(split).copy()
        logits[: self.wrong] = -logits[: self.wrong]
        return logits


@pytest.fixture(scope="module")
def network() -> Worse:
    return Worse(convolutional_graph(), 1.0, SPEC, IMAGES, 10_000)


@pytest.fixture(scope="module")
def right(network: Worse) -> TrainingSet:
    """The images, of the classes that the network names."""
    splits = {
        split: Examples(examples.content_hashes, network.logits(split).argmax(axis=1))
        for split, examples in IMAGES.splits.items()
    }
    return replace(IMAGES, splits=splits)


def judged(network: Worse, images: TrainingSet, wrong: int, speedup: float) -> Int8Verdict:
    worse = replace(network, wrong=wrong)
    file = InferenceSession(export_onnx(network, PACKAGE))
    return judge_int8(network, worse, file, speedup, images, max_pixels=10_000)


def test_a_model_is_not_faster_than_itself(network: Worse) -> None:
    file = InferenceSession(export_onnx(network, PACKAGE))
    assert 0.3 < measure_speedup(file, file) < 3


@pytest.mark.parametrize(
    ("speedup", "images", "reason"),
    [
        (1.31, 50, None),
        (1.29, 50, "hardly faster on this machine: 1.3 times as fast"),
        (2.0, 49, "49 validation pictures are too few"),
        (2.0, 0, "0 validation pictures are too few"),
    ],
)
def test_what_need_not_be_answered(
    network: Worse,
    monkeypatch: pytest.MonkeyPatch,
    speedup: float,
    images: int,
    reason: str | None,
) -> None:
    # How fast a file is here cannot be arranged.
    monkeypatch.setattr(int8_acceptance, "measure_speedup", lambda *_: speedup)
    file = InferenceSession(export_onnx(network, PACKAGE))
    found, verdict = judge_speed(file, file, images)
    assert found == speedup
    if reason is None:
        assert verdict is None
    else:
        assert verdict is not None
        assert not verdict.kept
        assert reason in verdict.reason


def test_it_must_be_as_accurate(network: Worse, right: TrainingSet) -> None:
    verdict = judged(network, right, wrong=2, speedup=2.0)
    assert verdict.accuracy_fp32 == 1.0
    assert verdict.accuracy_int8 == pytest.approx(58 / 60)
    assert not verdict.kept
    assert "less accurate on validation: 96.67% right after 100.00%" in verdict.reason


@pytest.mark.parametrize(
    ("wrong", "kept", "reason"),
    [
        (0, True, "kept, 100.00% right after 100.00%, 1.3 times as fast"),
        # One of so few is sampling; its answers are then others than those of its file, though.
        (1, False, "does not answer as it did"),
    ],
)
def test_what_is_kept(
    network: Worse, right: TrainingSet, wrong: int, kept: bool, reason: str
) -> None:
    verdict = judged(network, right, wrong, speedup=1.31)
    assert verdict.kept is kept
    assert reason in verdict.reason
