"""All vectors of one backbone in one file, for reading tens of thousands of them at once.

The rows of the database stay the truth: what is missing or damaged here is read there, and a
cache folder may be removed at any time.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

Vectors = NDArray[np.floating]

# A content hash, and the sum of the vector's words, which zeroed pages and torn writes change.
_ENTRY = np.dtype([("name", "S32"), ("sum", "<u4")])
_ROWS_AT_ONCE = 1024


class VectorFile:
    """Vectors [D] by content hash. Several processes may use one file at once."""

    def __init__(self, folder: Path, key: str, dimension: int, dtype: str = "<f4") -> None:
        """Open it.

        Args:
            folder: it need not exist.
            key: by which the vectors are stored.
            dimension: D; of float16 an even number.
            dtype: of the numbers in the file.
        """
        name = blake3(f"{key} {dimension}".encode()).hexdigest()[:32]
        self._entries_path = folder / f"{name}.names"
        self._vectors_path = folder / f"{name}.vectors"
        self._dimension, self._dtype = dimension, np.dtype(dtype)
        self._vector_bytes = dimension * self._dtype.itemsize

    def holds(self, hashes: Sequence[str]) -> NDArray[np.bool_]:
        """Which of the vectors are kept: bool [N]."""
        if not len(hashes):
            return np.zeros(0, np.bool_)
        return np.isin(_names(hashes), self._entries()["name"])

    def read(self, hashes: Sequence[str], into: Vectors) -> NDArray[np.bool_]:
        """Fill in row i of `into`, float32 [N, D], the vector of `hashes[i]` where it is kept.

        Of narrower rows, only the first numbers.

        Returns:
            Which were found: bool [N].
        """
        found = np.zeros(len(hashes), np.bool_)
        entries = self._entries()
        if not len(entries) or not len(hashes):
            return found
        order = np.argsort(entries["name"], kind="stable")
        names = _names(hashes)
        places = np.searchsorted(entries["name"], names, sorter=order)
        rows = order[np.minimum(places, len(entries) - 1)]
        wanted = np.flatnonzero(entries["name"][rows] == names)
        # In the order of the file: reading here and there takes minutes from a cold disk.
        wanted = wanted[np.argsort(rows[wanted])]
        for places, block_rows, block in self._blocks(wanted, rows[wanted]):
            if not np.array_equal(_sums(block), entries["sum"][block_rows]):
                self._remove()
                return np.zeros(len(hashes), np.bool_)
            into[places], found[places] = block[:, : into.shape[1]], True
        return found

    def _blocks(
        self, wanted: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], Vectors]]:
        """Of sorted `rows` of the file, block by block: what wants them, their numbers, vectors."""
        with self._vectors_path.open("rb") as file:
            start = 0
            while start < len(rows):
                first = int(rows[start])
                end = int(np.searchsorted(rows, first + _ROWS_AT_ONCE))
                count = int(rows[end - 1]) + 1 - first
                file.seek(first * self._vector_bytes)
                block = np.fromfile(file, self._dtype, count * self._dimension)
                block = block.reshape(-1, self._dimension)
                yield wanted[start:end], rows[start:end], block[rows[start:end] - first]
                start = end

    def add(self, hashes: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors float32 [N, D] of those hashes that are missing, while there is room."""
        with suppress(OSError), self._locked() as file:
            entries, names = self._entries(), _names(hashes)
            missing = np.flatnonzero(~np.isin(names, entries["name"]))
            if not len(missing):
                return
            with self._vectors_path.open("ab") as data:
                # What a killed process left behind.
                data.truncate(len(entries) * self._vector_bytes)
                added = np.empty(len(missing), _ENTRY)
                for start in range(0, len(missing), _ROWS_AT_ONCE):
                    rows = missing[start : start + _ROWS_AT_ONCE]
                    block = vectors[rows].astype(self._dtype, copy=False)
                    data.write(block.tobytes())
                    part = added[start : start + len(rows)]
                    part["name"], part["sum"] = names[rows], _sums(block)
            file.truncate(entries.nbytes)
            file.write(added.tobytes())

    def _remove(self) -> None:
        for path in (self._entries_path, self._vectors_path):
            path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        self._entries_path.parent.mkdir(parents=True, exist_ok=True)
        with self._entries_path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _entries(self) -> NDArray[Any]:
        """The entries whose vectors are there."""
        try:
            data = self._entries_path.read_bytes()
            there = self._vectors_path.stat().st_size // self._vector_bytes
        except OSError:
            return np.empty(0, _ENTRY)
        return np.frombuffer(data, _ENTRY, min(len(data) // _ENTRY.itemsize, there))


def _names(hashes: Sequence[str]) -> NDArray[Any]:
    return np.frombuffer(bytes.fromhex("".join(hashes)), "S32")


def _sums(vectors: Vectors) -> NDArray[np.uint32]:
    sums: NDArray[np.uint32] = vectors.view("<u4").sum(axis=1, dtype=np.uint32)
    return sums
