"""What a version has said of test images. An answer is a fact of model and image: it stays."""

import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import ModelUnreadable, NotFound
from tellapart.registry.versions import ModelRegistry, RegisteredModel
from tellapart.store.blobs import BlobStore

ARTIFACT = "answers"
_HASH_BYTES = 32


@dataclass(frozen=True)
class Answers:
    """Answers for N images.

    Attributes:
        content_hashes: the images.
        labels: their classes when they were asked about.
        probabilities: float32 [N, K], in the order of the version's class names.
        distance_scores: float32 [N], 1 for images like the training data; NaN where unknown.
        tested: the first ones are those of the version's report; the others came later.
    """

    content_hashes: tuple[str, ...]
    labels: tuple[str, ...]
    probabilities: NDArray[np.float32]
    distance_scores: NDArray[np.float32]
    tested: int = 0

    def __len__(self) -> int:
        return len(self.content_hashes)

    def rows(self) -> dict[str, int]:
        """Where the answer for each image is."""
        return {name: row for row, name in enumerate(self.content_hashes)}

    def distance_score(self, row: int) -> float | None:
        """How like the training data an image is, 0 to 1; None when the model cannot tell."""
        score = float(self.distance_scores[row])
        return None if np.isnan(score) else score

    def concatenate(self, more: "Answers") -> "Answers":
        """These, and then `more`."""
        return Answers(
            self.content_hashes + more.content_hashes,
            self.labels + more.labels,
            np.concatenate([self.probabilities, more.probabilities]),
            np.concatenate([self.distance_scores, more.distance_scores]),
            self.tested,
        )

    def to_bytes(self) -> bytes:
        """As a NumPy archive."""
        names = sorted(set(self.labels))
        numbers = {name: number for number, name in enumerate(names)}
        hashes = bytes.fromhex("".join(self.content_hashes))
        file = BytesIO()
        np.savez(
            file,
            hashes=np.frombuffer(hashes, np.uint8).reshape(-1, _HASH_BYTES),
            names=np.frombuffer(json.dumps(names).encode(), np.uint8),
            labels=np.array([numbers[label] for label in self.labels], np.int32),
            probabilities=self.probabilities.astype(np.float32),
            distance_scores=self.distance_scores.astype(np.float32),
            tested=np.array(self.tested),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Answers":
        """Read what `to_bytes` has written.

        Raises:
            ModelUnreadable: it is something else, or damaged.
        """
        try:
            with np.load(BytesIO(data), allow_pickle=False) as file:
                return _checked(cls, {name: file[name] for name in file.files})
        except (
            ValueError,
            KeyError,
            IndexError,
            TypeError,
            OSError,
            EOFError,
            BadZipFile,
        ) as error:
            raise ModelUnreadable(
                f"The stored test answers are damaged ({error}). "
                "`tellapart evaluate VERSION` makes them anew."
            ) from error


def read_answers(blobs: BlobStore, model: RegisteredModel) -> Answers:
    """The answers of a version.

    Raises:
        NotFound: there are none: an older release made it.
        BlobNotFound, ModelUnreadable: they are lost or damaged.
    """
    version = model.row.version
    if all(file.format != ARTIFACT for file in model.artifacts):
        raise NotFound(
            f"Model version {version} has no stored test answers. "
            f"`tellapart evaluate {version}` makes them."
        )
    found = Answers.from_bytes(blobs.read(model.artifact(ARTIFACT).content_hash))
    if found.probabilities.shape[1] != len(model.row.class_names):
        raise ModelUnreadable(
            f"The stored test answers are of {found.probabilities.shape[1]} classes; version "
            f"{version} knows {len(model.row.class_names)}. "
            f"`tellapart evaluate {version}` makes them anew."
        )
    return found


def write_answers(
    registry: ModelRegistry, blobs: BlobStore, version: int, answers: Answers
) -> None:
    """Keep the answers of a version, in place of those that it had."""
    data = answers.to_bytes()
    registry.add_artifact(version, ARTIFACT, blobs.put(data), len(data))


def _checked(kind: type[Answers], arrays: dict[str, NDArray[Any]]) -> Answers:
    hashes, names = arrays["hashes"], json.loads(arrays["names"].tobytes())
    labels = tuple(str(names[number]) for number in arrays["labels"].tolist())
    probabilities = np.asarray(arrays["probabilities"], np.float32)
    distance_scores = np.asarray(arrays["distance_scores"], np.float32)
    count = len(labels)
    if hashes.dtype != np.uint8 or hashes.shape != (count, _HASH_BYTES):
        raise ValueError(f"hashes {hashes.shape} for {count} labels")
    if probabilities.ndim != 2 or len(probabilities) != count or distance_scores.shape != (count,):
        raise ValueError(f"{probabilities.shape} probabilities for {count} labels")
    content_hashes = tuple(row.tobytes().hex() for row in hashes)
    return kind(content_hashes, labels, probabilities, distance_scores, int(arrays["tested"]))
