"""A compact residual network for small pictures, after the nine-layer one of Page (2018).

Only layers and operations of Keras itself, so that its files load anywhere and any backend of
Keras can train it.
"""

from typing import Any

# Sides that three halvings suit; a picture is enlarged to the next one.
INPUT_SIDES_PX = (16, 24, 32, 48, 64)
WIDTH = 16


def input_side_px(median_side_px: int) -> int:
    """The input side for pictures of this size."""
    return next((side for side in INPUT_SIDES_PX if side >= median_side_px), INPUT_SIDES_PX[-1])


def build_network(keras: Any, *, side_px: int, classes: int, width: int = WIDTH) -> Any:
    """A Keras model from normalised pictures float32 [N, side, side, 3] to logits [N, classes]."""
    layers = keras.layers
    pictures = keras.Input((side_px, side_px, 3), name="normalised")
    value = _convolution(layers, pictures, width)
    value = layers.MaxPooling2D()(_convolution(layers, value, 2 * width))
    value = _residual(layers, value, 2 * width)
    value = layers.MaxPooling2D()(_convolution(layers, value, 4 * width))
    value = layers.MaxPooling2D()(_convolution(layers, value, 8 * width))
    value = _residual(layers, value, 8 * width)
    value = layers.GlobalMaxPooling2D()(value)
    # Softmax and loss need all the digits, whatever the other layers compute in.
    logits = layers.Dense(classes, name="logits", dtype="float32")(value)
    return keras.Model(pictures, logits, name="network")


def _residual(layers: Any, value: Any, channels: int) -> Any:
    inner = _convolution(layers, _convolution(layers, value, channels), channels)
    return layers.Add()([value, inner])


def _convolution(layers: Any, value: Any, channels: int) -> Any:
    value = layers.Conv2D(channels, 3, padding="same", use_bias=False)(value)
    value = layers.BatchNormalization(momentum=0.9, epsilon=1e-3)(value)
    return layers.ReLU()(value)
