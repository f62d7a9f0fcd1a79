from itertools import pairwise

from tellapart.models.backbones.efficientnet_lite0.layers import BLOCKS, DIMENSION, Convolution

CONVOLUTIONS = [layer for block in BLOCKS for layer in block.convolutions]


def convolution(side_px: int, kernel: int, stride: int) -> Convolution:
    return Convolution("c", "w", "n", kernel, stride, 1, 1, side_px)


def test_the_table_is_that_of_efficientnet_lite0() -> None:
    assert len(CONVOLUTIONS) == 49
    assert len(BLOCKS) == 18
    assert sum(block.residual for block in BLOCKS) == 9
    assert [layer.channels_out for layer in CONVOLUTIONS][-1] == DIMENSION
    assert len({layer.name for layer in CONVOLUTIONS}) == len(CONVOLUTIONS)


def test_each_layer_takes_what_the_one_before_it_gives() -> None:
    for before, after in pairwise(CONVOLUTIONS):
        assert after.channels_in == before.channels_out
        assert after.side_px == -(-before.side_px // before.stride)


def test_padding_is_tensorflow_s_same() -> None:
    # By its definition: what is missing for ceil(side / stride) results, the odd one at the end.
    assert convolution(8, 3, 1).padding == (1, 1)
    assert convolution(8, 3, 2).padding == (0, 1)
    assert convolution(9, 3, 2).padding == (1, 1)
    assert convolution(8, 5, 2).padding == (1, 2)
    assert convolution(8, 1, 1).padding == (0, 0)
