"""The one table of layers that the ONNX and the Keras builder both read.

EfficientNet-Lite0 is EfficientNet-B0 without squeeze-and-excitation and with ReLU6. Its weights
come from TensorFlow: padding is TensorFlow's SAME, batch normalisation has epsilon 0.001.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

# More than the 224 pixels of its training: a network that was trained on random crops has seen
# objects larger than they are in a whole image, and is best at about 1.3 times the pixels
# (Touvron et al. 2019). Linear probe on 24 random splits of 1,119 photos, accuracy and log loss:
# 98.8% and 0.031 at 224, 99.1% and 0.026 at 256, 99.2% and 0.022 at 288, 99.2% and 0.020 at 320.
# The time grows with the square.
INPUT_SIDE_PX = 288
# Of sides that are such a multiple all padding is the same, so one table serves them all.
SIDE_STEP_PX = 32
DIMENSION = 1280
BATCH_NORM_EPSILON = 1e-3
PIXEL_MEAN = (127.0, 127.0, 127.0)
PIXEL_STD = (128.0, 128.0, 128.0)

# Stages of inverted residual blocks: expansion, channels out, repeats, first stride, kernel.
_STAGES = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)
_STEM_CHANNELS = 32


@dataclass(frozen=True)
class Convolution:
    """A convolution with its batch normalisation, and ReLU6 when `activation`.

    `weights` and `norm` are the prefixes of its arrays in the checkpoint, `side_px` is the side of
    its square input.
    """

    name: str
    weights: str
    norm: str
    kernel: int
    stride: int
    channels_in: int
    channels_out: int
    side_px: int
    depthwise: bool = False
    activation: bool = True

    @property
    def padding(self) -> tuple[int, int]:
        """Zeros before and after, as TensorFlow's SAME: the odd one comes after."""
        side_out = -(-self.side_px // self.stride)
        total = max(0, (side_out - 1) * self.stride + self.kernel - self.side_px)
        return total // 2, total - total // 2


@dataclass(frozen=True)
class Block:
    """Convolutions in a row; with `residual`, what went in is added to what comes out."""

    convolutions: tuple[Convolution, ...]
    residual: bool = False


def _stem() -> Block:
    return Block(
        (Convolution("stem", "_conv_stem", "_bn0", 3, 2, 3, _STEM_CHANNELS, INPUT_SIDE_PX),)
    )


def _inverted_residual(
    number: int, expansion: int, channels: tuple[int, int], stride: int, kernel: int, side_px: int
) -> Block:
    source, name = f"_blocks.{number}", f"block{number}"
    into, out = channels
    wide = into * expansion
    expand = Convolution(
        f"{name}_expand", f"{source}._expand_conv", f"{source}._bn0", 1, 1, into, wide, side_px
    )
    depthwise = Convolution(
        f"{name}_depthwise",
        f"{source}._depthwise_conv",
        f"{source}._bn1",
        kernel,
        stride,
        wide,
        wide,
        side_px,
        depthwise=True,
    )
    project = Convolution(
        f"{name}_project",
        f"{source}._project_conv",
        f"{source}._bn2",
        1,
        1,
        wide,
        out,
        -(-side_px // stride),
        activation=False,
    )
    convolutions = (depthwise, project) if expansion == 1 else (expand, depthwise, project)
    return Block(convolutions, residual=stride == 1 and into == out)


def _blocks() -> Iterator[Block]:
    yield _stem()
    side_px, into, number = INPUT_SIDE_PX // 2, _STEM_CHANNELS, 0
    for expansion, out, repeats, first_stride, kernel in _STAGES:
        for repeat in range(repeats):
            stride = first_stride if repeat == 0 else 1
            yield _inverted_residual(number, expansion, (into, out), stride, kernel, side_px)
            side_px, into, number = -(-side_px // stride), out, number + 1
    yield Block((Convolution("head", "_conv_head", "_bn1", 1, 1, into, DIMENSION, side_px),))


# After the last block comes the mean over all positions: the embedding.
BLOCKS: tuple[Block, ...] = tuple(_blocks())

# The output of the pooled blocks, as one vector and, before that, as a map of one pixel.
POOLED, POOLED_MAP = "pooled", "pooled_map"
# Of each residual block, the last one first: the mean and the maximum of each channel.
POOL_WIDTHS: tuple[int, ...] = tuple(
    block.convolutions[-1].channels_out
    for block in reversed(BLOCKS)
    if block.residual
    for _ in ("mean", "maximum")
)


def pools_within(
    columns: int, dimension: int = DIMENSION, widths: Sequence[int] = POOL_WIDTHS
) -> int:
    """How many pools lie within the first columns, of which the first `dimension` are none."""
    ends = [*accumulate(widths, initial=dimension)][1:]
    return sum(end <= columns for end in ends)
