"""EfficientNet-Lite0 in Keras, from the same table of layers as the ONNX graph."""

from collections.abc import Mapping
from typing import Any

from tellapart.features.backbones.efficientnet_lite0.layers import (
    BLOCKS,
    DIMENSION,
    PIXEL_MEAN,
    PIXEL_STD,
    Convolution,
    pools_within,
)
from tellapart.features.backbones.efficientnet_lite0.weights import FoldedConvolution


def build(
    keras: Any,
    weights: Mapping[str, FoldedConvolution],
    side_px: int,
    *,
    columns: int = DIMENSION,
) -> Any:
    """A Keras model from `images` uint8 [N, S, S, 3] to embeddings float32 [N, 1280].

    `side_px` is S. With more `columns`, what is pooled of the residual blocks follows, as in the
    ONNX graph. Only layers of Keras itself, so that its files load without any code of ours.
    """
    layers = keras.layers
    images = keras.Input((side_px, side_px, 3), dtype="uint8", name="images")
    # All channels are normalised alike.
    scale, shift = 1 / PIXEL_STD[0], -PIXEL_MEAN[0] / PIXEL_STD[0]
    value = layers.Rescaling(scale, offset=shift, name="normalise")(images)
    pooled: list[Any] = []
    for block in BLOCKS:
        entry = value
        for layer in block.convolutions:
            value = _convolution(layers, layer, value)
        if block.residual:
            value = layers.Add(name=f"{block.convolutions[-1].name}_sum")([entry, value])
            if columns > DIMENSION:
                pooled = [*_pools(layers, value), *pooled]
    embedding = layers.GlobalAveragePooling2D(name="embedding")(value)
    if columns > DIMENSION:
        used = pools_within(columns)
        embedding = layers.Concatenate(name="all_features")([embedding, *pooled[:used]])
    model = keras.Model(images, embedding, name="efficientnet_lite0")
    _set_weights(model, weights)
    return model


def _pools(layers: Any, value: Any) -> list[Any]:
    return [layers.GlobalAveragePooling2D()(value), layers.GlobalMaxPooling2D()(value)]


def _convolution(layers: Any, layer: Convolution, value: Any) -> Any:
    # Keras pads "same" as TensorFlow does, on all its backends.
    options = {"strides": layer.stride, "padding": "same", "name": layer.name}
    if layer.depthwise:
        value = layers.DepthwiseConv2D(layer.kernel, **options)(value)
    else:
        value = layers.Conv2D(layer.channels_out, layer.kernel, **options)(value)
    if not layer.activation:
        return value
    return layers.ReLU(max_value=6, name=f"{layer.name}_relu6")(value)


def _set_weights(model: Any, weights: Mapping[str, FoldedConvolution]) -> None:
    for block in BLOCKS:
        for layer in block.convolutions:
            folded = weights[layer.name]
            # From [out, in, height, width]; a depthwise one has out = channels, in = 1.
            order = (2, 3, 0, 1) if layer.depthwise else (2, 3, 1, 0)
            kernel = folded.kernel.transpose(order)
            model.get_layer(layer.name).set_weights([kernel, folded.bias])
