"""Samples of more than 8 bits, as cameras and instruments write them, brought to 8 bits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# A sensor of 12 bits is often written into 16, and the file does not say so.
_SENSOR_BITS = (8, 10, 12, 14, 16)


def to_8_bits(samples: NDArray[Any]) -> NDArray[np.uint8]:
    """Grey samples as uint8, of the same shape.

    Whole numbers up to 65,535 keep their zero, and the fewest bits of a sensor that hold the
    largest are taken for white. All others, such as floats, have no white of their own: their
    finite range becomes 0 to 255, and what is not finite becomes 0.
    """
    if samples.dtype.kind in "iu" and samples.min() >= 0 and samples.max() <= 0xFFFF:
        largest = int(samples.max()).bit_length()
        bits = next(bits for bits in _SENSOR_BITS if bits >= largest)
        return (samples >> (bits - 8)).astype(np.uint8)
    values = samples.astype(np.float64)
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros(values.shape, np.uint8)
    low, high = values[finite].min(), values[finite].max()
    scale = 255 / (high - low) if high > low else 0.0
    scaled = np.where(finite, (np.where(finite, values, low) - low) * scale, 0)
    return np.round(scaled).astype(np.uint8)
