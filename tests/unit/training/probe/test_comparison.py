import numpy as np
import pytest
from PIL import Image

from tellapart.features.backbones.catalogue import load_backbone
from tellapart.training.options import (
    BY_COMPARISON,
    BY_SHAPES,
    TrainingContext,
    TrainingOptions,
)
from tellapart.training.probe import comparison
from tellapart.training.probe.comparison import choose_preparation
from tellapart.training.probe.embedded_set import EmbeddedSet
from tellapart.training.probe.recipe import train_probe
from tests.support.images.builders import encode
from tests.support.models.training_sets import Recorder, make_training_set


def image(label: int, width: int, seed: int) -> bytes:
    """Noise whose class is told by a bar at its left end."""
    pixels = np.random.default_rng(seed).integers(0, 120, (20, width, 3), dtype=np.uint8)
    pixels[:, :8] = (255, 0, 0) if label else (0, 0, 255)
    return encode(Image.fromarray(pixels), "PNG")


def embedded(width: int, context: TrainingContext) -> EmbeddedSet:
    images = [(image(seed % 2, width, seed), seed % 2) for seed in range(44)]
    training_set = make_training_set(
        ("a", "b"), {"train": images, "validation": [], "test": images[:2]}
    )
    backbone = load_backbone("efficientnet-lite0", context.cache_dir, 48)
    return EmbeddedSet(training_set, backbone, context, Recorder())


def test_what_a_crop_would_lose_is_kept(training_context: TrainingContext) -> None:
    data = embedded(60, training_context)
    chosen, said = choose_preparation(data, None)
    assert chosen.backbone.spec.resize_mode != "crop"
    assert [text.split()[0] for text in said] == ["crop", "stretch", "letterbox"]
    assert chosen.training_set is data.training_set


def test_of_square_images_nothing_is_compared(training_context: TrainingContext) -> None:
    data = embedded(20, training_context)
    assert choose_preparation(data, None) == (data, [])


def test_a_way_that_takes_too_long_is_left_out(
    training_context: TrainingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "_SHARE", 0.0)
    data = embedded(61, training_context)
    chosen, said = choose_preparation(data, 100.0)
    assert chosen.backbone.spec == data.backbone.spec
    assert len(said) == 1


def test_a_probe_says_what_chose_how_its_images_are_prepared(
    training_context: TrainingContext,
) -> None:
    images = embedded(60, training_context).training_set
    options = TrainingOptions(compare_preparations=True)
    compared = train_probe(images, options, training_context, Recorder()).parameters
    assert compared["resize_mode"] != "crop"
    assert compared["resize_mode_by"] == BY_COMPARISON
    usual = train_probe(images, TrainingOptions(), training_context, Recorder()).parameters
    assert (usual["resize_mode"], usual["resize_mode_by"]) == ("crop", BY_SHAPES)
