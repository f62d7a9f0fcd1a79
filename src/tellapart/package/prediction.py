"""Many images, one model package: what evaluation, comparison and parity checks are made of."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tellapart.images.preprocessing import PreprocessingSpec, prepare
from tellapart.package.format import DISTANCE, OUTPUT, read_package
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.runtime.session import InferenceSession


@dataclass(frozen=True)
class Predictions:
    """What a model answers for N images.

    `probabilities` float32 [N, K]; `distances` float32 [N] to its training data, None for a model
    that gives none.
    """

    probabilities: NDArray[np.float32]
    distances: NDArray[np.float32] | None


def predict(
    onnx_bytes: bytes,
    hashes: Sequence[str],
    read: Callable[[str], bytes],
    *,
    max_pixels: int,
    threads: int | None = None,
) -> Predictions:
    """What a model package answers, from the original bytes, as in service.

    Args:
        onnx_bytes: the package.
        hashes: content hashes of images.
        read: gives the bytes of an image by its hash; called by several threads.
        max_pixels: larger images are refused.
        threads: how many images are worked on at once; by default one a usable core.

    Raises:
        ModelUnreadable: the bytes are no model package.
        InvalidImage: an image cannot be decoded.
    """
    session = InferenceSession(onnx_bytes)
    spec = read_package(session).spec
    outputs = [name for name in (OUTPUT, DISTANCE) if name in session.output_shapes]
    found = run_images(
        session, spec, hashes, read, outputs=outputs, max_pixels=max_pixels, threads=threads
    )
    return Predictions(found[OUTPUT], found.get(DISTANCE))


def run_images(
    session: InferenceSession,
    spec: PreprocessingSpec,
    hashes: Sequence[str],
    read: Callable[[str], bytes],
    *,
    outputs: Sequence[str],
    max_pixels: int,
    threads: int | None = None,
) -> dict[str, NDArray[np.float32]]:
    """Outputs of a network for images, by name, float32 [N, …]; see `predict`."""

    def answer(name: str) -> list[NDArray[np.float32]]:
        pixels = prepare(read(name), spec, max_pixels=max_pixels)
        found = session.run(pixels[None], outputs)
        return [found[output][0] for output in outputs]

    with ThreadPoolExecutor(threads or usable_cores(), thread_name_prefix="predict") as pool:
        rows = list(pool.map(answer, hashes))
    shapes = {name: session.output_shapes[name][1:] for name in outputs}
    return {
        name: np.array([row[k] for row in rows], np.float32).reshape(len(rows), *shapes[name])
        for k, name in enumerate(outputs)
    }
