"""Many pictures, one model package: what evaluation, comparison and parity checks are made of."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from tellapart.images.preprocessing import prepare
from tellapart.models.package import OUTPUT, read_package
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.runtime.session import InferenceSession


def predict_probabilities(
    onnx_bytes: bytes,
    hashes: Sequence[str],
    read: Callable[[str], bytes],
    *,
    max_pixels: int,
    threads: int | None = None,
) -> NDArray[np.float32]:
    """What a model package answers, float32 [N, K]: from the original bytes, as in service.

    Args:
        onnx_bytes: the package.
        hashes: content hashes of pictures.
        read: gives the bytes of a picture by its hash; called by several threads.
        max_pixels: larger pictures are refused.
        threads: how many pictures are worked on at once; by default one a usable core.

    Raises:
        ModelUnreadable: the bytes are no model package.
        InvalidImage: a picture cannot be decoded.
    """
    session = InferenceSession(onnx_bytes)
    package = read_package(session)

    def answer(name: str) -> NDArray[np.float32]:
        pixels = prepare(read(name), package.spec, max_pixels=max_pixels)
        row: NDArray[np.float32] = session.run(pixels[None])[OUTPUT][0]
        return row

    with ThreadPoolExecutor(threads or usable_cores(), thread_name_prefix="predict") as pool:
        rows = list(pool.map(answer, hashes))
    return np.array(rows, dtype=np.float32).reshape(len(hashes), len(package.class_names))
