"""One feature vector a picture, computed once and kept in the database."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, select

from tellapart.images.preprocessing import prepare
from tellapart.jobs.monitor import Monitor
from tellapart.models.backbones.catalogue import Backbone
from tellapart.runtime.session import InferenceSession
from tellapart.store.database import Database, chunks
from tellapart.store.tables import Embedding

Vector = NDArray[np.float32]

# Read together: 2.5 MB of vectors.
_VECTORS_PER_QUERY = 500
# Saved together: a killed run loses less than a second of work.
_VECTORS_PER_SAVE = 64


class EmbeddingStore:
    """The vectors in the table `embeddings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, hashes: Iterable[str], backbone: str) -> dict[str, Vector]:
        """The vectors float32 [D] that are kept, by content hash; the others are missing.

        Args:
            hashes: content hashes of pictures.
            backbone: `Backbone.embedding_key`.
        """
        found: dict[str, Vector] = {}
        with self._database.reading() as session:
            for chunk in chunks(hashes, _VECTORS_PER_QUERY):
                rows = session.execute(
                    select(Embedding.content_hash, Embedding.vector).where(
                        Embedding.backbone == backbone, Embedding.content_hash.in_(chunk)
                    )
                )
                found.update((name, np.frombuffer(vector, dtype="<f4")) for name, vector in rows)
        return found

    def save(self, vectors: Mapping[str, Vector], backbone: str) -> None:
        """Keep vectors. Those that somebody else has kept in the meantime stay as they are."""
        with self._database.writing() as session:
            kept = set(
                session.scalars(
                    select(Embedding.content_hash).where(
                        Embedding.backbone == backbone, Embedding.content_hash.in_(list(vectors))
                    )
                )
            )
            rows = [
                {"content_hash": name, "backbone": backbone, "vector": _to_bytes(vector)}
                for name, vector in vectors.items()
                if name not in kept
            ]
            if rows:
                session.execute(insert(Embedding), rows)


def embed(
    hashes: Sequence[str],
    read: Callable[[str], bytes],
    backbone: Backbone,
    store: EmbeddingStore,
    *,
    max_pixels: int,
    threads: int,
    monitor: Monitor,
) -> NDArray[np.float32]:
    """The embeddings float32 [N, D] of pictures, in the order of `hashes`.

    Kept ones are read; the others are computed, one picture at a time in each thread (the fastest
    way on a CPU), and saved as they come, so that a run that was stopped goes on where it was.

    Args:
        hashes: content hashes; one may come twice.
        read: gives the bytes of a picture by its hash; called by several threads.
        backbone: the network.
        store: where vectors are kept.
        max_pixels: larger pictures are refused.
        threads: how many pictures are worked on at once.
        monitor: told of the progress, asked whether to stop.

    Raises:
        InvalidImage: a picture cannot be decoded.
        JobCancelled: the monitor said so.
    """
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(hashes):
        rows[name].append(number)
    matrix = np.empty((len(hashes), backbone.dimension), dtype=np.float32)
    missing = []
    for chunk in chunks(rows, _VECTORS_PER_QUERY):
        kept = store.load(chunk, backbone.embedding_key)
        _fill(matrix, kept, rows)
        missing += [name for name in chunk if name not in kept]
    total, done = len(rows), len(rows) - len(missing)
    monitor.stage("Embedding pictures", done / total if total else 1.0)
    for part in _computed(missing, read, backbone, max_pixels=max_pixels, threads=threads):
        store.save(part, backbone.embedding_key)
        _fill(matrix, part, rows)
        done += len(part)
        monitor.stage("Embedding pictures", done / total)
        monitor.check_cancelled()
    return matrix


def _fill(matrix: Vector, vectors: Mapping[str, Vector], rows: Mapping[str, list[int]]) -> None:
    for name, vector in vectors.items():
        matrix[rows[name]] = vector


def _computed(
    hashes: Sequence[str],
    read: Callable[[str], bytes],
    backbone: Backbone,
    *,
    max_pixels: int,
    threads: int,
) -> Iterator[dict[str, Vector]]:
    if not hashes:
        return
    session = InferenceSession(backbone.model_path)

    def compute(name: str) -> tuple[str, Vector]:
        pixels = prepare(read(name), backbone.spec, max_pixels=max_pixels)
        return name, session.run(pixels[None])["embedding"][0]

    with ThreadPoolExecutor(threads, thread_name_prefix="embed") as pool:
        # One part is computed while the one before it is saved.
        waiting: Iterator[tuple[str, Vector]] | None = None
        for chunk in chunks(hashes, _VECTORS_PER_SAVE):
            following = pool.map(compute, chunk)
            if waiting is not None:
                yield dict(waiting)
            waiting = following
        if waiting is not None:
            yield dict(waiting)


def _to_bytes(vector: Vector) -> bytes:
    return vector.astype("<f4", copy=False).tobytes()
