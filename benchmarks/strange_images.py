"""Images that a model was not trained for: how many are told from those that it knows.

    TELLAPART_BENCH_DATA=… python benchmarks/strange_images.py

Asked are the model of cats and dogs and the model of digits, through the file that serves. The
rival goes by confidence alone (Hendrycks and Gimpel 2017), with the threshold that as many
validation images stay above as stay under ours in distance.
"""

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from measure import data_archive, save, tellapart
from numpy.typing import NDArray
from PIL import Image

from tellapart import Workspace
from tellapart.package.format import read_package
from tellapart.package.prediction import predict
from tellapart.runtime.session import InferenceSession
from tellapart.workflows.training.load_training_set import load_training_set

COUNT = 100


def main() -> None:
    archive = data_archive("cats-vs-dogs.zip")
    strange = {
        "frogs": members("cifar10.zip", "/frog/"),
        "ships": members("cifar10.zip", "/ship/"),
        "photos": members("cats-vs-dogs.zip", "/"),
        "digits": digits(),
        "noise": [png(noise(seed)) for seed in range(COUNT)],
        "plain": [png(np.full((64, 64, 3), shade, np.uint8)) for shade in range(0, 250, 5)],
    }
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, source, own, options in (
            ("photos", str(archive), "photos", ["--recipe", "probe"]),
            ("digits", "builtin:digits", "digits", ["--recipe", "scratch"]),
        ):
            workspace = Path(folder) / name
            tellapart(workspace, "import", source)
            tellapart(workspace, "train", *options)
            others = {key: files for key, files in strange.items() if key != own}
            figures |= {f"{name}_{key}": value for key, value in ask(workspace, others).items()}
    save("strange_images", figures)


def ask(workspace: Path, strange: dict[str, list[bytes]]) -> dict[str, Any]:
    """The share that is called unlike the training data, and the share that the rival calls so."""
    with Workspace(workspace) as opened:
        champion = opened.champion()
        assert champion is not None
        model = opened.registry.get(champion)
        data = opened.storage.blobs.read(model.served.content_hash)
        images = load_training_set(opened.storage)[1]

        def answers(files: list[bytes]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
            names = [str(number) for number in range(len(files))]
            found = predict(data, names, lambda name: files[int(name)], max_pixels=10**8)
            assert found.distances is not None
            return found.distances, found.probabilities.max(axis=1)

        limit = read_package(InferenceSession(data)).distance_threshold
        assert limit is not None
        own = {
            split: [images.read(name) for name in images.splits[split].content_hashes]
            for split in ("validation", "test")
        }
        distances, confidence = answers(own["validation"])
        floor = np.quantile(confidence, (distances > limit).mean())
        figures = {}
        for name, files in {"own_test": own["test"], **strange}.items():
            distances, confidence = answers(files)
            figures[name] = round(float((distances > limit).mean()), 3)
            figures[f"{name}_by_confidence"] = round(float((confidence < floor).mean()), 3)
    return figures


def members(archive: str, part: str) -> list[bytes]:
    with zipfile.ZipFile(data_archive(archive)) as source:
        names = sorted(n for n in source.namelist() if part in n and n.endswith(".jpg"))
        return [source.read(name) for name in names[:: max(1, len(names) // COUNT)][:COUNT]]


def digits() -> list[bytes]:
    from sklearn.datasets import load_digits

    return [
        png(np.round(image * 255 / 16).astype(np.uint8)) for image in load_digits().images[:COUNT]
    ]


def noise(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (64, 64, 3), dtype=np.uint8)


def png(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    main()
