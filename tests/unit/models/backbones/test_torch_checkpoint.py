import io
import os
import pickle
import struct
import sys
from collections import OrderedDict
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tellapart.models.backbones.efficientnet_lite0.torch_checkpoint import (
    CheckpointError,
    read_checkpoint,
)

MAGIC = 0x1950A86A20F9469CFC6C


class Stored:
    """A tensor that pickles as PyTorch's do."""

    def __init__(self, key: str, count: int, offset: int, shape: Any, strides: Any) -> None:
        self.storage = StorageId(key, count)
        self.view = (offset, shape, strides)

    def __reduce__(self) -> Any:
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
        return rebuild, (self.storage, *self.view, False, OrderedDict())


class StorageId:
    """What becomes a persistent id."""

    def __init__(self, key: str, count: int) -> None:
        self.pid = ("storage", sys.modules["torch"].FloatStorage, key, "cpu", count, None)


class Pickler(pickle.Pickler):
    def persistent_id(self, value: object) -> Any:
        return value.pid if isinstance(value, StorageId) else None


@pytest.fixture(autouse=True)
def torch_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules of PyTorch's names, so that pickles can be written that name them."""

    def _rebuild_tensor_v2() -> None:
        """Only its name is needed."""

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    storage = type("FloatStorage", (), {"__module__": "torch"})
    for name, thing in (("torch", storage), ("torch._utils", _rebuild_tensor_v2)):
        module = ModuleType(name)
        setattr(module, thing.__name__, thing)
        monkeypatch.setitem(sys.modules, name, module)


def write_checkpoint(
    path: Path, state: object, storages: dict[str, np.ndarray], magic: int = MAGIC
) -> Path:
    """A legacy PyTorch checkpoint."""
    file = io.BytesIO()
    for part in (magic, 1001, {"little_endian": True}, state, list(storages)):
        Pickler(file, protocol=2).dump(part)
    for numbers in storages.values():
        file.write(struct.pack("<q", len(numbers)) + numbers.astype("<f4").tobytes())
    path.write_bytes(file.getvalue())
    return path


def test_offsets_shapes_and_strides_are_honoured(tmp_path: Path) -> None:
    numbers = np.arange(12, dtype=np.float32)
    state = OrderedDict(
        plain=Stored("a", 12, 0, (3, 4), (4, 1)),
        turned=Stored("a", 12, 0, (4, 3), (1, 4)),
        part=Stored("a", 12, 5, (2,), (3,)),
        scalar=Stored("b", 1, 0, (), ()),
        note="not a tensor",
    )
    path = write_checkpoint(tmp_path / "c.pth", state, {"a": numbers, "b": np.array([7.0])})
    arrays = read_checkpoint(path)
    assert sorted(arrays) == ["part", "plain", "scalar", "turned"]
    assert np.array_equal(arrays["plain"], numbers.reshape(3, 4))
    assert np.array_equal(arrays["turned"], numbers.reshape(3, 4).T)
    assert arrays["turned"].flags.c_contiguous
    assert arrays["part"].tolist() == [5.0, 8.0]
    assert arrays["scalar"] == 7.0


class Hostile:
    """Runs a command when it is unpickled by an ordinary unpickler."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return os.system, (self.command,)


def test_a_hostile_pickle_is_refused_and_not_run(tmp_path: Path) -> None:
    trace = tmp_path / "was-run"
    state = OrderedDict(weights=Hostile(f"touch {trace}"))
    path = write_checkpoint(tmp_path / "hostile.pth", state, {})
    with pytest.raises(CheckpointError, match=r"system, which is refused"):
        read_checkpoint(path)
    assert not trace.exists()


@pytest.mark.parametrize("name", ["eval", "getattr", "__import__"])
def test_builtins_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "c.pth"
    path.write_bytes(b"\x80\x02cbuiltins\n" + name.encode() + b"\n.")
    with pytest.raises(CheckpointError, match="refused"):
        read_checkpoint(path)


def test_a_zipped_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.pth"
    path.write_bytes(b"PK\x03\x04 of a newer PyTorch")
    with pytest.raises(CheckpointError, match="damaged"):
        read_checkpoint(path)


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [(0, (4,), (1,)), (2, (2,), (1,)), (0, (2,), (5,)), (-1, (1,), (1,)), (0, (2,), (-1,))],
)
def test_a_tensor_outside_its_storage_is_refused(
    tmp_path: Path, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    state = OrderedDict(bad=Stored("a", 3, offset, shape, strides))
    path = write_checkpoint(tmp_path / "c.pth", state, {"a": np.zeros(3)})
    with pytest.raises(CheckpointError, match="beyond its storage"):
        read_checkpoint(path)


def test_a_cut_off_file_is_refused(tmp_path: Path) -> None:
    state = OrderedDict(plain=Stored("a", 100, 0, (100,), (1,)))
    path = write_checkpoint(tmp_path / "c.pth", state, {"a": np.zeros(100)})
    for size in (0, 10, len(path.read_bytes()) // 2, len(path.read_bytes()) - 1):
        short = tmp_path / "short.pth"
        short.write_bytes(path.read_bytes()[:size])
        with pytest.raises(CheckpointError, match=r"damaged|cut off"):
            read_checkpoint(short)


def test_another_kind_of_pickle_is_refused(tmp_path: Path) -> None:
    path = write_checkpoint(tmp_path / "c.pth", OrderedDict(), {}, magic=7)
    with pytest.raises(CheckpointError, match="does not begin like"):
        read_checkpoint(path)
