from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import ModelProto, TensorProto

from tellapart.errors import BackboneUnavailable
from tellapart.features.backbones.feature_extractor import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    read_extractor,
    wrap_extractor,
)
from tellapart.runtime.session import InferenceSession
from tests.support.models.networks import extractor

FIRST = ("N", 3, 32, 32)
LAST = ("N", 32, 32, 3)


def random_images(side: int = 32) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (2, side, side, 3), dtype=np.uint8)


def direct(model: ModelProto, images: np.ndarray) -> np.ndarray:
    """What the network itself answers, averaged where it is a map."""
    found: np.ndarray = InferenceSession(model.SerializeToString()).run(images)["result"]
    if found.ndim == 4:
        found = found.mean(axis=(2, 3) if images.shape[1] == 3 else (1, 2))
    return found


@pytest.mark.parametrize("shape", [FIRST, LAST, (1, 3, 32, 32), ("N", 3, "H", "W")])
@pytest.mark.parametrize("ending", ["vector", "map"])
def test_it_answers_as_the_network_does_of_prepared_images(
    shape: tuple[str | int, ...], ending: str
) -> None:
    model = extractor(shape=shape, ending=ending)
    data, spec = wrap_extractor(extractor(shape=shape, ending=ending), "net")
    side = spec.width_px
    assert side == (224 if "H" in shape else 32)
    images = random_images(side)
    prepared = ((images - IMAGENET_MEAN) / IMAGENET_STD).astype(np.float32)
    if shape[1] == 3:
        prepared = prepared.transpose(0, 3, 1, 2)
    session = InferenceSession(data)
    assert session.input_shape == (None, side, side, 3)
    assert session.output_shapes == {"embedding": (None, 8)}
    one_by_one = np.concatenate([direct(model, image[None]) for image in prepared])
    assert np.allclose(session.run(images)["embedding"], one_by_one, atol=1e-3)


def test_bytes_are_not_normalised() -> None:
    model = extractor(shape=LAST, kind=TensorProto.UINT8)
    data, spec = wrap_extractor(extractor(shape=LAST, kind=TensorProto.UINT8), "net")
    assert (spec.mean, spec.std) == ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    found = InferenceSession(data).run(random_images())["embedding"]
    assert np.allclose(found, direct(model, random_images()), atol=1e-3)


def test_the_file_s_own_normalisation_counts() -> None:
    said = {"mean": "[127.5, 127.5, 127.5]", "std": "1, 2, 3", "channel_order": "bgr"}
    _, spec = wrap_extractor(extractor(metadata=said), "net")
    assert spec.mean == (127.5, 127.5, 127.5)
    assert spec.std == (1.0, 2.0, 3.0)
    assert spec.channel_order == "bgr"


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (extractor(ending="tokens"), "neither a vector nor a map"),
        (extractor(shape=(4, 3, 32, 32)), "4 pictures at once"),
        (extractor(kind=TensorProto.INT64), "its input is int64"),
        (extractor(metadata={"mean": "1,2"}), "metadata makes no sense"),
        (extractor(metadata={"channel_order": "grb"}), "metadata makes no sense"),
    ],
)
def test_what_is_no_feature_extractor_is_refused_with_the_reason(
    model: ModelProto, why: str
) -> None:
    with pytest.raises(BackboneUnavailable, match=why):
        wrap_extractor(model, "net")


def test_two_inputs_are_refused() -> None:
    model = extractor()
    model.graph.input.append(
        onnx.helper.make_tensor_value_info("more", TensorProto.FLOAT, ["N", 3])
    )
    with pytest.raises(BackboneUnavailable, match="2 inputs"):
        wrap_extractor(model, "net")


@pytest.mark.parametrize("data", [b"", b"text", b"\x08\x01" * 50])
def test_a_file_that_is_no_onnx_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(data)
    with pytest.raises(BackboneUnavailable, match="no ONNX file"):
        read_extractor(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackboneUnavailable, match="no ONNX file"):
        read_extractor(tmp_path / "none.onnx")
