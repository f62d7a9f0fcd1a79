"""Tiny files in the formats of well-known data sets."""

import gzip
import io
import struct
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

CIFAR_FILES = ("data_batch_1.bin", "data_batch_2.bin", "test_batch.bin")


def cifar_records(count: int, seed: int = 0) -> bytes:
    """Records of CIFAR-10; the class of the n-th is n modulo 10."""
    pixels = np.random.default_rng(seed).integers(0, 256, (count, 3072), np.uint8)
    return b"".join(bytes([n % 10]) + pixels[n].tobytes() for n in range(count))


def make_tar(path: Path, files: Mapping[str, bytes]) -> Path:
    """A tar.gz of files by name."""
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def make_cifar(path: Path, count: int = 10) -> Path:
    """`cifar-10-binary.tar.gz` with `count` images in each of three batches."""
    batches = {name: cifar_records(count, seed) for seed, name in enumerate(CIFAR_FILES)}
    files = {"batches.meta.txt": b"airplane\n", "readme.html": b"<html>", **batches}
    return make_tar(path, {f"cifar-10-batches-bin/{name}": files[name] for name in files})


def idx(magic: int, sizes: tuple[int, ...], data: bytes) -> bytes:
    """An IDX file."""
    return struct.pack(f">{len(sizes) + 1}I", magic, *sizes) + data


def make_idx(folder: Path, *, train: int = 20, test: int = 10, packed: bool = True) -> Path:
    """The four files of Fashion-MNIST, with images of 6 x 5 px."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", train), ("t10k", test)):
        pixels = np.random.default_rng(count).integers(0, 256, (count, 5, 6), np.uint8)
        labels = bytes(n % 10 for n in range(count))
        files = {
            f"{part}-images-idx3-ubyte": idx(0x803, (count, 5, 6), pixels.tobytes()),
            f"{part}-labels-idx1-ubyte": idx(0x801, (count,), labels),
        }
        for name, data in files.items():
            if packed:
                (folder / f"{name}.gz").write_bytes(gzip.compress(data))
            else:
                (folder / name).write_bytes(data)
    return folder
