"""One feature vector an image, computed once and kept in the database."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from tellapart.features.backbones.catalogue import Backbone
from tellapart.features.vector_file import VectorFile
from tellapart.images.preprocessing import prepare
from tellapart.jobs.progress import ProgressReporter
from tellapart.runtime.session import InferenceSession
from tellapart.store.database import Database, chunks, insert_missing
from tellapart.store.tables import Embedding

Vector = NDArray[np.float32]

# Read together: 2.5 MB of vectors.
_VECTORS_PER_QUERY = 500
# Saved together: a killed run loses less than a second of work.
_VECTORS_PER_SAVE = 64


class EmbeddingStore:
    """The vectors in the table `embeddings`, and a file of each backbone that is read at once."""

    def __init__(self, database: Database, cache_dir: Path | None = None) -> None:
        """Without `cache_dir` there are no such files."""
        self._database = database
        self._folder = None if cache_dir is None else cache_dir / "embeddings"

    def read(self, hashes: Sequence[str], backbone: str, into: Vector) -> NDArray[np.bool_]:
        """Fill in row i of `into`, float32 [N, D], the vector of `hashes[i]` where it is kept.

        What the backbone's file lacks of those is put there.

        Args:
            hashes: content hashes of images; each once.
            backbone: `Backbone.embedding_key`.
            into: what is filled in.

        Returns:
            Which were found: bool [N].
        """
        file = self._file(backbone, into.shape[1])
        filed = np.zeros(len(hashes), np.bool_) if file is None else file.read(hashes, into)
        found = filed.copy()
        for chunk in chunks(np.flatnonzero(~filed).tolist(), _VECTORS_PER_QUERY):
            kept = self.load([hashes[row] for row in chunk], backbone)
            for row in chunk:
                if (vector := kept.get(hashes[row])) is not None:
                    into[row], found[row] = vector, True
        if unfiled := np.flatnonzero(found & ~filed).tolist():
            self.file([hashes[row] for row in unfiled], backbone, into[unfiled])
        return found

    def file(self, hashes: Sequence[str], backbone: str, vectors: Vector) -> None:
        """Put into the backbone's file what it lacks of the kept vectors float32 [N, D]."""
        file = self._file(backbone, vectors.shape[1])
        if file is not None:
            file.add(hashes, vectors)

    def _file(self, backbone: str, dimension: int) -> VectorFile | None:
        return None if self._folder is None else VectorFile(self._folder, backbone, dimension)

    def load(self, hashes: Iterable[str], backbone: str) -> dict[str, Vector]:
        """The vectors float32 [D] that are kept, by content hash; the others are missing.

        Args:
            hashes: content hashes of images.
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

    def keys(self, content_hash: str) -> list[str]:
        """The `Backbone.embedding_key`s by which a vector of this image is kept."""
        with self._database.reading() as session:
            query = select(Embedding.backbone).where(Embedding.content_hash == content_hash)
            return sorted(session.scalars(query))

    def load_all(self, hashes: Sequence[str], backbone: str) -> NDArray[np.float32] | None:
        """The vectors float32 [N, D] of images, in their order; None unless all are kept."""
        some = self.load(hashes[:1], backbone)
        if not some:
            return None
        names = list(dict.fromkeys(hashes))
        vectors = np.empty((len(names), len(some[names[0]])), np.float32)
        if not self.read(names, backbone, vectors).all():
            return None
        rows = {name: row for row, name in enumerate(names)}
        return vectors[[rows[name] for name in hashes]]

    def count(self, backbone: str) -> int:
        """How many vectors are kept of a backbone, by its name, however its images were made."""
        mine = Embedding.backbone.startswith(f"{backbone}/", autoescape=True)
        with self._database.reading() as session:
            return session.scalar(select(func.count()).where(mine)) or 0

    def save(self, vectors: Mapping[str, Vector], backbone: str) -> None:
        """Keep vectors. Those that another process has kept in the meantime stay as they are."""
        rows = [
            {"content_hash": name, "backbone": backbone, "vector": _to_bytes(vector)}
            for name, vector in sorted(vectors.items())
        ]
        with self._database.writing() as session:
            insert_missing(session, Embedding, rows)


def embed(
    hashes: Sequence[str],
    read: Callable[[str], bytes],
    backbone: Backbone,
    store: EmbeddingStore,
    *,
    max_pixels: int,
    threads: int,
    reporter: ProgressReporter,
) -> NDArray[np.float32]:
    """The embeddings float32 [N, D] of images, in the order of `hashes`.

    Kept ones are read; the others are computed, one image at a time in each thread (the fastest
    way on a CPU), and saved as they come, so that a run that was stopped goes on where it was.

    Args:
        hashes: content hashes; one may come twice.
        read: gives the bytes of an image by its hash; called by several threads.
        backbone: the network.
        store: where vectors are kept.
        max_pixels: larger images are refused.
        threads: how many images are worked on at once.
        reporter: told of the progress, asked whether to stop.

    Raises:
        InvalidImage: an image cannot be decoded.
        JobCancelled: the reporter said so.
    """
    names = list(dict.fromkeys(hashes))
    vectors = np.empty((len(names), backbone.dimension), dtype=np.float32)
    found = store.read(names, backbone.embedding_key, vectors)
    missing = np.flatnonzero(~found).tolist()
    total, done = len(names), len(names) - len(missing)
    reporter.stage("Embedding pictures", done / total if total else 1.0)
    rows = {names[row]: row for row in missing}
    for part in _computed(list(rows), read, backbone, max_pixels=max_pixels, threads=threads):
        store.save(part, backbone.embedding_key)
        for name, vector in part.items():
            vectors[rows[name]] = vector
        done += len(part)
        reporter.stage("Embedding pictures", done / total)
        reporter.check_cancelled()
    if missing:
        store.file(names, backbone.embedding_key, vectors)
    if len(names) == len(hashes):
        return vectors
    places = {name: row for row, name in enumerate(names)}
    return vectors[[places[name] for name in hashes]]


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
