"""Tiny files in the formats of well-known data sets, and a server that hands them out badly."""

import gzip
import io
import struct
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np

from tellapart.intake.sources.download import RemoteFile
from tests.support.http_server import QuietHandler, serving

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


@dataclass
class FileServer:
    """What it serves, how it misbehaves, and what it was asked: `(path, Range)`."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    # Bytes after which the first connections break, and statuses of the first answers.
    breaks: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    # Set to let go of answers that hold back their last bytes.
    stalls: threading.Event | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def remote(self, name: str, data: bytes | None = None) -> RemoteFile:
        """The entry of a file in a table; `data` is what it should have been."""
        content = self.files[name] if data is None else data
        return RemoteFile(f"{self.url}/{name}", sha256(content).hexdigest(), len(content))


@contextmanager
def serve_files() -> Iterator[FileServer]:
    """A server on this machine."""
    state = FileServer()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802
            asked = self.headers.get("Range")
            state.asked.append((self.path, asked))
            data = state.files.get(self.path.lstrip("/"))
            status = state.statuses.pop(0) if state.statuses else 200 if data is not None else 404
            if status != 200 or data is None:
                self.send_error(status)
                return
            start = int(asked[6:].rstrip("-")) if asked and state.ranges else 0
            if start >= len(data) > 0:
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            end = len(data)
            if state.breaks:
                end = min(end, start + state.breaks.pop(0))
            elif state.stalls is not None:
                end -= 10
            self.wfile.write(data[start:end])
            self.wfile.flush()
            if state.stalls is not None and end == len(data) - 10:
                state.stalls.wait(20)
            self.close_connection = True

    with serving(Handler) as url:
        state.url = url
        try:
            yield state
        finally:
            if state.stalls is not None:
                state.stalls.set()
