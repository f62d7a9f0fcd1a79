"""A backbone in int8, made once from images of the data set and kept beside the float one."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from blake3 import blake3
from numpy.typing import NDArray

from tellapart.features.backbones.catalogue import Backbone, is_intact, write_sealed
from tellapart.features.quantization import measure_activations, quantize


def quantized_backbone(
    backbone: Backbone, images: Iterable[NDArray[np.uint8]], cache_dir: Path
) -> Backbone | None:
    """The backbone with int8 convolutions; None when it has none that can be quantised.

    Once made it stays: later images do not change it, so that the vectors that were computed with
    it stay good.

    Args:
        backbone: the float network.
        images: prepared images uint8 [H, W, 3] that its activations are measured on.
        cache_dir: where it is kept.
    """
    source = blake3(backbone.model_path.read_bytes()).hexdigest()[:8]
    path = cache_dir / f"{backbone.model_path.stem}-{source}.int8.onnx"
    if not is_intact(path):
        model = onnx.load(backbone.model_path)
        made = quantize(model, measure_activations(model, images))
        if made is None:
            return None
        write_sealed(path, made.SerializeToString(deterministic=True))
    # Other images would give other vectors.
    digest = blake3(path.read_bytes()).hexdigest()[:8]
    return replace(backbone, name=f"{backbone.name}-int8-{digest}", model_path=path)
