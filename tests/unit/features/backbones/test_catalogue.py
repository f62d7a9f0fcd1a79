import importlib.util
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tellapart.errors import BackboneUnavailable, MissingDependency
from tellapart.features.backbones.catalogue import Backbone, load_backbone
from tellapart.features.backbones.efficientnet_lite0 import weights
from tellapart.features.keras_backend import KERAS_BACKBONES
from tellapart.images.preprocessing import resize
from tellapart.runtime.session import InferenceSession
from tests.support.images.builders import pixels
from tests.support.models.networks import extractor

# The strongest features of the first image, and the mean of all of both.
GOLDEN = {113: 3.826, 226: 4.441, 405: 3.982, 824: 4.123, 967: 2.614, 423: 2.364}
GOLDEN_MEAN = 0.0843


@pytest.fixture
def copied(backbone: Backbone, tmp_path: Path) -> Path:
    """A cache with the converted backbone."""
    folder = tmp_path / "cache"
    folder.mkdir()
    for path in (backbone.model_path, backbone.model_path.with_suffix(".seal")):
        shutil.copy(path, folder)
    return folder


def test_the_backbone_is_a_network_from_images_to_vectors(backbone: Backbone) -> None:
    session = InferenceSession(backbone.model_path)
    spec = backbone.spec
    assert session.input_shape == (None, spec.height_px, spec.width_px, 3)
    pooled = sum(backbone.pool_widths)
    assert session.output_shapes == {
        "embedding": (None, backbone.dimension), "pooled": (None, pooled),
    }  # fmt: skip


def test_golden_embedding(backbone: Backbone) -> None:
    # Pins decoder-to-vector numerics: a change of weights, padding or normalisation shows here.
    images = [resize(pixels(300, 200, seed=seed), backbone.spec) for seed in (1, 2)]
    found = InferenceSession(backbone.model_path).run(np.stack(images))["embedding"]
    assert np.allclose(found[0, list(GOLDEN)], list(GOLDEN.values()), atol=5e-3)
    assert (found >= 0).all()
    assert (found <= 6).all()
    assert found.mean() == pytest.approx(GOLDEN_MEAN, abs=2e-3)


def test_it_is_converted_once(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find_spec", lambda _: None)
    assert load_backbone("efficientnet-lite0", copied).model_path.parent == copied


@pytest.mark.parametrize("file", ["efficientnet-lite0-288.onnx", "efficientnet-lite0-288.seal"])
@pytest.mark.parametrize("damage", ["cut", "flip", "remove"])
def test_a_damaged_cache_is_built_again(
    copied: Path, backbone: Backbone, file: str, damage: str
) -> None:
    path = copied / file
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 0xFF
    path.write_bytes(data[:-7] if damage == "cut" else data)
    if damage == "remove":
        path.unlink()
    again = load_backbone("efficientnet-lite0", copied)
    assert again.model_path.read_bytes() == backbone.model_path.read_bytes()
    assert sorted(entry.name for entry in copied.iterdir()) == [
        "efficientnet-lite0-288.onnx",
        "efficientnet-lite0-288.seal",
    ]


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(BackboneUnavailable, match=r"'resnet'.*efficientnet-lite0"):
        load_backbone("resnet", tmp_path)


def test_without_weights_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "find_spec", lambda _: None)
    with pytest.raises(MissingDependency, match=r"tellapart\[train\]"):
        load_backbone("efficientnet-lite0", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_preprocessing_makes_other_embeddings(backbone: Backbone) -> None:
    stretched = replace(backbone, spec=replace(backbone.spec, resize_mode="stretch"))
    assert stretched.embedding_key != backbone.embedding_key


def test_small_images_have_an_input_of_their_own(backbone: Backbone, tmp_path: Path) -> None:
    small = load_backbone("efficientnet-lite0", tmp_path, median_side_px=32)
    assert small.spec.width_px < backbone.spec.width_px
    assert small.embedding_key != backbone.embedding_key
    shape = (None, small.spec.height_px, small.spec.width_px, 3)
    assert InferenceSession(small.model_path).input_shape == shape


def test_a_file_is_kept_by_its_content_and_may_go_away(tmp_path: Path) -> None:
    file = tmp_path / "my net.onnx"
    file.write_bytes(extractor().SerializeToString())
    first = load_backbone(f"onnx:{file}", tmp_path / "cache")
    assert (first.dimension, first.spec.width_px) == (8, 32)
    assert first.name.startswith("onnx:my_net-")
    file.unlink()
    again = load_backbone(first.name, tmp_path / "cache")
    assert again == first
    with pytest.raises(BackboneUnavailable, match="There is no file"):
        load_backbone(f"onnx:{file}", tmp_path / "cache")


def test_the_names_of_keras_are_all_known() -> None:
    # Asked of the source, since to load Keras takes seconds.
    spec = importlib.util.find_spec("keras")
    assert spec is not None
    assert spec.origin is not None
    source = (Path(spec.origin).parent / "applications" / "__init__.py").read_text()
    assert set(re.findall(r"(\w+) as \1", source)) >= set(KERAS_BACKBONES)
