from pathlib import Path

import numpy as np
import pytest

from tellapart.errors import BackboneUnavailable
from tellapart.features.backbones.catalogue import load_backbone
from tellapart.features.backbones.keras_applications import _spec
from tellapart.features.keras_library import load_keras, quiet
from tellapart.images.preprocessing import PreprocessingSpec, resize
from tellapart.package.keras_network import normalise
from tellapart.runtime.session import InferenceSession
from tests.support.images.builders import pixels


@pytest.mark.slow("converts a network of a hundred layers")
def test_a_local_file_makes_a_backbone_that_answers_as_keras_does(tmp_path: Path) -> None:
    keras = load_keras()
    file = tmp_path / "own.weights.h5"
    with quiet():
        network = keras.applications.MobileNet(
            weights=None, include_top=False, pooling="avg", input_shape=(224, 224, 3)
        )
        network.save_weights(file)
    backbone = load_backbone(f"MobileNet:{file}", tmp_path / "cache")
    assert backbone.dimension == 1024
    image = resize(pixels(300, 200, seed=1), backbone.spec)[None]
    found = InferenceSession(backbone.model_path).run(image)["embedding"]
    prepared = keras.applications.mobilenet.preprocess_input(image.astype(np.float32))
    with quiet():
        expected = network.predict_on_batch(prepared)
    assert np.allclose(found, expected, atol=1e-4)
    file.unlink()
    assert load_backbone(backbone.name, tmp_path / "cache") == backbone
    file.write_bytes(b"no weights")
    with pytest.raises(BackboneUnavailable, match="does not hold the weights of MobileNet"):
        load_backbone(f"MobileNet:{file}", tmp_path / "cache")


def test_weights_that_cannot_be_downloaded_are_told_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_keras()
    monkeypatch.setattr("keras.src.backend.config._KERAS_DIR", str(tmp_path / "keras"))
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    with pytest.raises(BackboneUnavailable) as refused:
        load_backbone("MobileNetV2", tmp_path / "cache")
    assert "The weights of MobileNetV2 could not be downloaded" in str(refused.value)
    assert "MobileNetV2:/path/to/weights.h5" in str(refused.value)


@pytest.mark.parametrize(
    ("family", "order", "mean", "std"),
    [
        ("mobilenet_v2", "rgb", (127.5,) * 3, (127.5,) * 3),
        ("resnet", "bgr", (103.939, 116.779, 123.68), (1.0,) * 3),
        ("densenet", "rgb", (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
        ("efficientnet", "rgb", (0.0,) * 3, (1.0,) * 3),
    ],
)
def test_how_a_family_prepares_images_is_found_out(
    family: str, order: str, mean: tuple[float, ...], std: tuple[float, ...]
) -> None:
    preprocess = getattr(load_keras().applications, family).preprocess_input
    spec = _spec(preprocess, 224, family)
    assert spec.channel_order == order
    assert np.allclose(spec.mean, mean, atol=1e-3)
    assert np.allclose(spec.std, std, atol=1e-3)


@pytest.mark.parametrize("mean", [(10.0, 10.0, 10.0), (10.0, 20.0, 30.0)])
def test_channels_are_normalised_one_by_one_in_files_too(
    tmp_path: Path, mean: tuple[float, float, float]
) -> None:
    keras = load_keras()
    spec = PreprocessingSpec(8, 6, mean=mean, std=(50.0, 50.0, 50.0))
    with quiet():
        keras.Model(*normalise(keras, spec)).save(tmp_path / "model.keras")
        loaded = keras.models.load_model(tmp_path / "model.keras")
        image = resize(pixels(20, 10, seed=1), spec)[None]
        found = loaded.predict_on_batch(image)
    assert np.allclose(found, (image - np.array(mean)) / 50, atol=1e-5)
