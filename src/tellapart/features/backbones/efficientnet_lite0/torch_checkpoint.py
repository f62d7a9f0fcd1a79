"""Read arrays out of a legacy (not zipped) PyTorch checkpoint, without PyTorch.

Such a file is a pickle, and a pickle can run any code. This reader lets a pickle name four harmless
things and refuses all else: a file that was tampered with can fail, but it cannot act.

Layout (`torch.serialization._legacy_save`): three pickles (magic number, protocol, machine), the
pickle of the state dict, which names its storages by persistent ids, a pickled list of storage
keys, then for each key an int64 count of elements and the elements, little-endian.
"""

import pickle
import struct
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001


class CheckpointError(Exception):
    """The file is no such checkpoint, or names something that is not allowed."""


@dataclass(frozen=True)
class _Storage:
    """A flat run of numbers, which comes later in the file."""

    key: str
    dtype: np.dtype[Any]
    count: int


@dataclass(frozen=True)
class _Tensor:
    """A view of a storage; offset and strides are in elements."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _FloatStorage:
    dtype = np.dtype("<f4")


class _LongStorage:
    dtype = np.dtype("<i8")


def _rebuild_tensor(
    storage: _Storage,
    offset: int,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    *_unused: object,
) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)


_ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch", "FloatStorage"): _FloatStorage,
    ("torch", "LongStorage"): _LongStorage,
}


class _RestrictedUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise CheckpointError(f"it asks for {module}.{name}, which is refused") from None

    def persistent_load(self, pid: Any) -> _Storage:
        kind, storage_type, key, _location, count, view = pid
        if kind != "storage" or view is not None:
            raise CheckpointError(f"it has a {kind} where a plain storage was expected")
        return _Storage(key, storage_type.dtype, count)


def read_checkpoint(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a state dict by name: float32 or int64, C-contiguous, in PyTorch's layout.

    Raises:
        CheckpointError: the file is no such checkpoint, or not to be trusted.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        try:
            return _read(file)
        except CheckpointError:
            raise
        except Exception as error:
            raise CheckpointError(f"it is damaged ({error})") from error


def _read(file: BinaryIO) -> dict[str, NDArray[Any]]:
    magic, protocol, _machine = (_load(file) for _ in range(3))
    if (magic, protocol) != (_MAGIC, _PROTOCOL):
        raise CheckpointError("it does not begin like a legacy PyTorch checkpoint")
    tensors = {name: value for name, value in _load(file).items() if isinstance(value, _Tensor)}
    storages = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
    numbers = {key: _read_storage(file, storages[key]) for key in _load(file)}
    return {name: _view(tensor, numbers[tensor.storage.key]) for name, tensor in tensors.items()}


def _load(file: BinaryIO) -> Any:
    return _RestrictedUnpickler(file).load()


def _read_storage(file: BinaryIO, storage: _Storage) -> NDArray[Any]:
    (count,) = struct.unpack("<q", file.read(8))
    data = file.read(count * storage.dtype.itemsize)
    if count != storage.count or len(data) != count * storage.dtype.itemsize:
        raise CheckpointError(f"storage {storage.key} is cut off")
    return np.frombuffer(data, dtype=storage.dtype)


def _view(tensor: _Tensor, numbers: NDArray[Any]) -> NDArray[Any]:
    last = tensor.offset + sum(
        (side - 1) * stride for side, stride in zip(tensor.shape, tensor.strides, strict=True)
    )
    # as_strided checks nothing: without this a bad file could read foreign memory.
    if min((*tensor.strides, *tensor.shape, tensor.offset), default=0) < 0 or last >= len(numbers):
        raise CheckpointError("a tensor reaches beyond its storage")
    strides = tuple(stride * numbers.itemsize for stride in tensor.strides)
    return as_strided(numbers[tensor.offset :], tensor.shape, strides, writeable=False).copy("C")
