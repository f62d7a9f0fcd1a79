"""Checks of 55,000 embeddings: seconds and peak memory of each, in a process of its own.

    python benchmarks/check_scale.py

TELLAPART_BENCH_EMBEDDINGS may name a .npy file of real ones, float32 [N, 1280], and labels are
then what clusters of them would be; otherwise both are made up.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from measure import save
from numpy.typing import NDArray

from tellapart.quality.duplicates import group, near_duplicate_pairs, similar_pairs
from tellapart.quality.embedding_map import embedding_map
from tellapart.quality.label_issues import find_label_issues
from tellapart.quality.out_of_fold import predict_out_of_fold
from tellapart.quality.outliers import outlier_scores

ROWS, WIDTH, CLASSES = 55_000, 1280, 10
Embeddings = NDArray[np.float32]


def main() -> None:
    if len(sys.argv) == 3:
        print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        given = os.environ.get("TELLAPART_BENCH_EMBEDDINGS")
        file = Path(given) if given else Path(folder) / "embeddings.npy"
        if not given:
            np.save(file, made_up())
        figures = {"rows": len(np.load(file, mmap_mode="r")), "real": bool(given)}
        for name in CHECKS:
            command = [sys.executable, __file__, name, str(file)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            figures |= json.loads(done.stdout)
    save("check_scale", figures)


def made_up() -> Embeddings:
    """Clusters, with 1,000 near-copies among them."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(CLASSES, WIDTH)).astype(np.float32)
    found = centres[np.arange(ROWS) % CLASSES]
    for start in range(0, ROWS, 5_000):
        found[start : start + 5_000] += rng.normal(size=(5_000, WIDTH)).astype(np.float32)
    copies = rng.permutation(ROWS)[:2_000].reshape(2, -1)
    found[copies[1]] = found[copies[0]] * 1.01
    return found


def measured(name: str, file: Path) -> dict[str, Any]:
    embeddings = np.load(file)
    began = time.perf_counter()
    found = CHECKS[name](embeddings)
    return {
        f"{name}_s": round(time.perf_counter() - began, 1),
        f"{name}_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        f"{name}_found": found,
    }


def fingerprints(embeddings: Embeddings) -> NDArray[np.uint8]:
    """Made of the embeddings, 64 bytes each."""
    strongest = np.abs(embeddings[:, :64]).max(axis=1, keepdims=True)
    scaled = embeddings[:, :64] / np.maximum(strongest, 1e-6)
    prints: NDArray[np.uint8] = (scaled * 127 + 128).astype(np.uint8)
    return prints


def by_fingerprint(embeddings: Embeddings) -> int:
    prints = fingerprints(embeddings)
    pairs, _ = near_duplicate_pairs(prints, threshold=0.96)
    return groups_of(len(prints), pairs)


def by_embedding(embeddings: Embeddings) -> int:
    prints = np.full((len(embeddings), 64), 100, np.uint8)
    return groups_of(len(embeddings), similar_pairs(embeddings, prints, threshold=0.9)[0])


def one_crowd(embeddings: Embeddings) -> int:
    """The worst case: all images are alike."""
    embeddings[:] = embeddings[0] + embeddings / 100
    return by_embedding(embeddings)


def label_suspects(embeddings: Embeddings) -> int:
    """Classes by the nearest of ten images, every twentieth of them wrong."""
    centres = embeddings[:CLASSES] / np.linalg.norm(embeddings[:CLASSES], axis=1, keepdims=True)
    labels = (embeddings @ centres.T).argmax(axis=1).astype(np.int64)
    labels[::20] = (labels[::20] + 1) % CLASSES
    probabilities = predict_out_of_fold(embeddings, labels)
    return int(find_label_issues(probabilities, labels).suspects.sum())


def outliers(embeddings: Embeddings) -> int:
    return int((outlier_scores(embeddings) < 0.6).sum())


def map_of_all(embeddings: Embeddings) -> int:
    return len(embedding_map(embeddings))


def groups_of(count: int, pairs: NDArray[np.int64]) -> int:
    return int((np.bincount(group(count, pairs)) > 1).sum())


CHECKS: dict[str, Callable[[Embeddings], int]] = {
    "near_duplicates_by_fingerprint": by_fingerprint,
    "near_duplicates_by_embedding": by_embedding,
    "near_duplicates_one_crowd": one_crowd,
    "label_suspects": label_suspects,
    "outliers": outliers,
    "map": map_of_all,
}


if __name__ == "__main__":
    main()
