"""Drift: false alarms on windows of the same images, and how often other images are noticed.

A probe learns 500 digits of scikit-learn; 1,197 are held out. For each draw 180 of them, chosen
anew, are what the model was tested on, as many as in the test split of all digits, and the window
is drawn from the rest. Each image is there twice, so that there are enough for 2,000. Images of
another kind are patches of two photos that scikit-learn ships.

    python benchmarks/drift.py [--draws 1000]
"""

import argparse
import io
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from measure import save, tellapart
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tellapart import Workspace
from tellapart.monitoring.drift import expect_accuracy, measure_drift
from tellapart.monitoring.drift_reference import make_reference
from tellapart.monitoring.records import PredictionRecord
from tellapart.monitoring.rollups import Rollup
from tellapart.package.format import ModelPackage, read_package
from tellapart.package.prediction import predict
from tellapart.registry.answers import Answers
from tellapart.runtime.session import InferenceSession
from tellapart.store.tables import now
from tellapart.workflows.serving.predict_images import distance_scores

TRAINED, VALIDATED, REFERENCE = 500, 100, 180
WINDOWS = (100, 500, 2_000)
CLASSES = [str(number) for number in range(10)]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Asked:
    """What the model answers to N images."""

    answers: Answers
    records: list[PredictionRecord]

    @property
    def accuracy(self) -> float:
        guesses = self.answers.probabilities.argmax(axis=1)
        return float(np.mean([CLASSES[k] for k in guesses] == np.array(self.answers.labels)))

    def rows(self, rows: Rows) -> Answers:
        return Answers(
            tuple(self.answers.content_hashes[row] for row in rows),
            tuple(self.answers.labels[row] for row in rows),
            self.answers.probabilities[rows],
            self.answers.distance_scores[rows],
        )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--draws", type=int, default=1_000)
    draws = options.parse_args().draws
    images, labels = digits()
    held_out = range(TRAINED + VALIDATED, len(images))
    digit_images = [images[k] for k in held_out]
    shown = [labels[k] for k in held_out]
    with tempfile.TemporaryDirectory() as folder:
        model = train(Path(folder), images, labels)
    same = ask(model, digit_images, shown)
    three, truth = "3", np.array(shown)
    figures: dict[str, Any] = {"draws": draws, "reference": REFERENCE}
    figures |= {"same_accuracy": round(same.accuracy, 3)}
    figures |= judged("same", same, same, draws)
    for name, change in (("blurred", blurred), ("darkened", darkened)):
        other = ask(model, [change(image) for image in digit_images], shown)
        figures |= {f"{name}_accuracy": round(other.accuracy, 3)}
        figures |= judged(name, same, other, draws // 10)
    missing = np.where(truth == three, 0.0, 1.0)
    half = np.where(truth == three, 9.0, 1.0)  # about as many of it as of all others
    figures |= judged("class_missing", same, same, draws // 10, weights=missing)
    figures |= judged("class_dominant", same, same, draws // 10, weights=half)
    strange = ask(model, patches(), [""] * len(patches()))
    for share in (0.1, 1.0):
        name = f"other_kind_{share:.0%}".rstrip("%")
        figures |= judged(name, same, strange, draws // 10, share=share)
    save("drift", figures)


def judged(
    name: str,
    same: Asked,
    other: Asked,
    draws: int,
    *,
    weights: NDArray[np.float64] | None = None,
    share: float = 1.0,
) -> dict[str, float]:
    """How many windows are called changed, and by which measures.

    A window has a `share` of `other` images, and else of the same; by `weights`, likelier ones.
    """
    figures: dict[str, float] = {}
    for size in WINDOWS:
        chance = np.random.default_rng(size)
        changed, expected = Counter[str](), []
        for _ in range(draws):
            order = chance.permutation(np.tile(np.arange(len(same.records)), 2))
            reference = make_reference(same.rows(order[:REFERENCE]), CLASSES)
            total = window(same, other, order[REFERENCE:], size, share, weights, chance)
            measures = measure_drift(reference, total)
            found = [each.name for each in measures if each.verdict == "changed"]
            changed.update([*found, "any"] if found else [])
            accuracy = expect_accuracy(reference, total)
            expected += [] if accuracy is None else [accuracy]
        figures |= {f"{name}_{size}_{measure}": n / draws for measure, n in sorted(changed.items())}
        figures |= {f"{name}_{size}_any": changed["any"] / draws}
        if expected:
            figures |= {f"{name}_{size}_expected_accuracy": round(float(np.mean(expected)), 3)}
    return figures


def window(
    same: Asked,
    other: Asked,
    pool: Rows,
    size: int,
    share: float,
    weights: NDArray[np.float64] | None,
    chance: np.random.Generator,
) -> Rollup:
    """The counts of one window."""
    total, many = Rollup(), int(chance.binomial(size, share))
    alike = len(other.records) == len(same.records)
    others = pool if alike else np.arange(len(other.records))
    for row in drawn(others, many, weights, chance):
        total.count(other.records[row])
    for row in drawn(pool, size - many, None, chance):
        total.count(same.records[row])
    return total


def drawn(
    pool: Rows, count: int, weights: NDArray[np.float64] | None, chance: np.random.Generator
) -> Rows:
    p = None if weights is None else weights[pool] / weights[pool].sum()
    return chance.choice(pool, count, replace=count > len(pool) or p is not None, p=p)


def train(folder: Path, images: Sequence[Image.Image], labels: Sequence[str]) -> bytes:
    """The model file that serves after a training of some seconds."""
    ends = {"train": TRAINED, "validation": TRAINED + VALIDATED, "test": len(images)}
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        split = next(name for name, end in ends.items() if number < end)
        path = folder / "digits" / split / label / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path)
    tellapart(folder / "workspace", "import", str(folder / "digits"))
    tellapart(folder / "workspace", "train", "--recipe", "probe")
    with Workspace(folder / "workspace") as opened:
        model = opened.registry.get(opened.registry.champion())
        return opened.storage.blobs.read(model.served.content_hash)


def ask(model: bytes, images: Sequence[Image.Image], labels: Sequence[str]) -> Asked:
    files = [png(image) for image in images]
    names = [f"{number:064x}" for number in range(len(files))]
    found = predict(model, names, lambda name: files[int(name, 16)], max_pixels=10**8)
    package = read_package(InferenceSession(model))
    assert found.distances is not None
    assert list(package.class_names) == CLASSES
    scores = distance_scores(package, found.distances)
    answers = Answers(tuple(names), tuple(labels), found.probabilities, scores)
    records = [
        record(package, probabilities, float(distance))
        for probabilities, distance in zip(found.probabilities, found.distances, strict=True)
    ]
    return Asked(answers, records)


def record(
    package: ModelPackage, probabilities: NDArray[np.float32], distance: float
) -> PredictionRecord:
    """What the log keeps of an answer."""
    best = int(probabilities.argmax())
    confidence = float(probabilities[best])
    return PredictionRecord(
        at=now(), route="/api/predict", status=200, total_ms=1.0, model_version=1,
        label=CLASSES[best], confidence=confidence,
        abstained_because=package.reason_to_abstain(confidence, distance),
        distance_score=package.distance_score(distance),
    )  # fmt: skip


def digits() -> tuple[list[Image.Image], list[str]]:
    from sklearn.datasets import load_digits

    found = load_digits()
    order = np.random.default_rng(0).permutation(len(found.images))
    images = [Image.fromarray(np.rint(found.images[k] * 255 / 16).astype(np.uint8)) for k in order]
    return images, [str(found.target[k]) for k in order]


def patches() -> list[Image.Image]:
    from sklearn.datasets import load_sample_images

    return [
        Image.fromarray(photo[top : top + 64, left : left + 64]).convert("L").resize((8, 8))
        for photo in load_sample_images().images
        for top in range(0, photo.shape[0] - 64, 32)
        for left in range(0, photo.shape[1] - 64, 32)
    ]


def blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(0.7))


def darkened(image: Image.Image) -> Image.Image:
    return image.point(lambda value: value // 2)


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    main()
