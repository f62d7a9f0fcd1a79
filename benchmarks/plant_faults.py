"""Faults planted in real images, looked for by our checks, by CleanVision and by cleanlab.

    TELLAPART_BENCH_DATA=… python benchmarks/plant_faults.py

CleanVision and cleanlab live in an environment of their own, made in benchmarks/.cache.
"""

import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from faults import DatasetImage, plant
from measure import CACHE, data_archive, quality_rival, save
from numpy.typing import NDArray

from tellapart.errors import InvalidImage
from tellapart.features.backbones.catalogue import load_backbone
from tellapart.images.decode import decode_image
from tellapart.images.preprocessing import prepare
from tellapart.images.quality import ImageQuality, image_thresholds, measure
from tellapart.quality.duplicates import (
    group,
    least_similarity,
    near_duplicate_pairs,
    similar_pairs,
)
from tellapart.quality.label_issues import find_label_issues
from tellapart.quality.out_of_fold import predict_out_of_fold
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.runtime.session import InferenceSession
from tellapart.settings import Settings

SETTINGS = Settings()
DATA_SETS = {"photos": ("cats-vs-dogs.zip", None), "cifar10": ("cifar10.zip", 5_000)}
Figures = dict[str, Any]


def main() -> None:
    figures: Figures = {}
    for name, (archive, images) in DATA_SETS.items():
        with tempfile.TemporaryDirectory() as folder:
            planted = Path(folder) / "pictures"
            truth = plant(data_archive(archive), planted, images=images, seed=0)
            found = compared(planted, truth)
        figures |= {f"{name}_{key}": value for key, value in found.items()}
    save("plant_faults", figures)


def compared(folder: Path, truth: list[DatasetImage]) -> Figures:
    files = {path.name: path for path in folder.rglob("*.jpg")}
    began = time.perf_counter()
    with ThreadPoolExecutor(usable_cores()) as pool:
        measured = list(pool.map(_measured, [files[image.name] for image in truth]))
    figures: Figures = {"pictures": len(truth), "decode_and_measure_s": _since(began)}
    corrupt = np.array([image.fault == "corrupt" for image in truth])
    refused = np.array([found is None for found in measured])
    figures["corrupt"] = _hits(refused, corrupt)
    for image in truth:
        if image.fault == "corrupt":
            files.pop(image.name).unlink()
    readable = [row for row, found in enumerate(measured) if found is not None]
    kept = [truth[row] for row in readable]
    measures = [found for found in measured if found is not None]
    vision = json.loads(quality_rival("cleanvision_check.py", str(folder)))
    figures["cleanvision_s"] = round(vision["seconds"], 1)
    for kind in ("blurry", "dark"):
        figures |= _pixel_check(kind, kept, measures, vision[kind])
    embeddings = _embedded([files[image.name] for image in kept])
    prints = np.array([np.frombuffer(found[0].fingerprint, np.uint8) for found in measures])
    figures |= _duplicates(kept, prints, embeddings, vision)
    given = np.unique([files[p.name].parent.name for p in kept], return_inverse=True)[1]
    return figures | _labels(kept, prints, embeddings, given.astype(np.int64))


def _measured(file: Path) -> tuple[ImageQuality, int, int] | None:
    try:
        image, header = decode_image(
            file.read_bytes(),
            max_pixels=SETTINGS.max_image_pixels,
            min_longer_side_px=SETTINGS.thumbnail_px,
        )
    except InvalidImage:
        return None
    return measure(image), header.width_px, header.height_px


def _pixel_check(
    kind: str,
    kept: list[DatasetImage],
    measures: list[tuple[ImageQuality, int, int]],
    vision: dict[str, tuple[float, bool]],
) -> Figures:
    planted = np.array([image.fault == kind for image in kept])
    attribute = {"blurry": "sharpness", "dark": "dark_score"}[kind]
    scores = np.array([getattr(quality, attribute) for quality, _, _ in measures])
    flags = scores < image_thresholds(SETTINGS)[kind]
    theirs = [vision[image.name] for image in kept]
    their_scores, their_flags = (np.array(column) for column in zip(*theirs, strict=True))
    return {
        kind: _hits(flags, planted) | _ranking(scores, planted),
        f"{kind}_cleanvision": _hits(their_flags, planted) | _ranking(their_scores, planted),
    }


def _duplicates(
    kept: list[DatasetImage],
    prints: NDArray[np.uint8],
    embeddings: NDArray[np.float32],
    vision: Figures,
) -> Figures:
    rows = {image.name: row for row, image in enumerate(kept)}
    planted = {
        fault: {_pair(rows[p.name], rows[p.source]) for p in kept if p.source and p.fault == fault}
        for fault in ("exact_duplicate", "near_duplicate")
    }
    began = time.perf_counter()
    by_fingerprint, _ = near_duplicate_pairs(prints, threshold=SETTINGS.near_duplicate_threshold)
    by_embedding, _ = similar_pairs(
        embeddings, prints, threshold=least_similarity(embeddings, SETTINGS.similar_threshold)
    )
    figures: Figures = {"near_duplicates_s": _since(began)}
    first = {_pair(*pair) for pair in by_fingerprint.tolist()}
    sets = vision["exact_duplicates"] + vision["near_duplicates"]
    found = {
        "duplicates_by_fingerprint": first,
        "duplicates": first | {_pair(*pair) for pair in by_embedding.tolist()},
        "duplicates_cleanvision": {
            _pair(rows[one], rows[other])
            for names in sets
            for one in names
            for other in names[: names.index(one)]
        },
    }
    every = planted["exact_duplicate"] | planted["near_duplicate"]
    for name, pairs in found.items():
        figures[name] = {
            "precision": round(len(pairs & every) / max(1, len(pairs)), 3),
            **{
                f"recall_{fault}": round(len(pairs & wanted) / len(wanted), 3)
                for fault, wanted in planted.items()
            },
            "recall": round(len(pairs & every) / len(every), 3),
            "others": sorted(f"{kept[a].name} {kept[b].name}" for a, b in pairs - every),
        }
    return figures


def _labels(
    kept: list[DatasetImage],
    prints: NDArray[np.uint8],
    embeddings: NDArray[np.float32],
    given: NDArray[np.int64],
) -> Figures:
    planted = np.array([image.fault == "label" for image in kept])
    pairs, _ = near_duplicate_pairs(prints, threshold=SETTINGS.near_duplicate_threshold)
    began = time.perf_counter()
    probabilities = predict_out_of_fold(embeddings, given, groups=group(len(kept), pairs))
    found = find_label_issues(probabilities, given, threshold=SETTINGS.label_threshold)
    figures: Figures = {"labels_s": _since(began)}
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        np.savez(file.name, embeddings=embeddings, labels=given, probabilities=probabilities)
        cleanlab = json.loads(quality_rival("cleanlab_check.py", file.name))
    figures["labels"] = _hits(found.suspects, planted) | _ranking(found.scores, planted)
    for name in ("own", "with_our_probabilities"):
        flags = np.isin(np.arange(len(kept)), cleanlab[name]["doubted"])
        scores = np.array(cleanlab[name]["scores"])
        figures[f"labels_cleanlab_{name}"] = _hits(flags, planted) | _ranking(scores, planted)
    return figures | {"cleanlab_s": round(cleanlab["seconds"], 1)}


def _embedded(files: list[Path]) -> NDArray[np.float32]:
    backbone = load_backbone("efficientnet-lite0", CACHE)
    session = InferenceSession(backbone.model_path)

    def embed(file: Path) -> NDArray[np.float32]:
        pixels = prepare(file.read_bytes(), backbone.spec, max_pixels=SETTINGS.max_image_pixels)
        vector: NDArray[np.float32] = session.run(pixels[None])["embedding"][0]
        return vector

    with ThreadPoolExecutor(usable_cores()) as pool:
        return np.stack(list(pool.map(embed, files)))


def _hits(flags: NDArray[np.bool_], planted: NDArray[np.bool_]) -> Figures:
    return {
        "precision": round(float((flags & planted).sum() / max(1, flags.sum())), 3),
        "recall": round(float((flags & planted).sum() / planted.sum()), 3),
    }


def _ranking(scores: NDArray[Any], planted: NDArray[np.bool_]) -> Figures:
    """Average precision: the mean precision at each planted image, worst scores first."""
    hits = planted[np.argsort(scores, kind="stable")]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return {"average_precision": round(float(precision[hits].mean()), 3)}


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 1)


if __name__ == "__main__":
    main()
