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

Vector = NDArray[np.floating]

# Read together: 2.5 MB of vectors.
_VECTORS_PER_QUERY = 500
_NAMES_PER_QUERY = 5_000
# Saved together: a killed run loses less than a second of work.
_VECTORS_PER_SAVE = 64
# How the key of what is pooled of the blocks ends. They are kept as float16, which
# loses no accuracy (decision 33) and takes 4 kB less for an image.
_POOLED = "/pooled"


class EmbeddingStore:
    """The vectors in the table `embeddings`, and a file of each backbone that is read at once."""

    def __init__(self, database: Database, cache_dir: Path | None = None) -> None:
        """Without `cache_dir` there are no such files."""
        self._database = database
        self._folder = None if cache_dir is None else cache_dir / "embeddings"

    def read(
        self, hashes: Sequence[str], backbone: str, into: Vector, *, dimension: int | None = None
    ) -> NDArray[np.bool_]:
        """Fill in row i of `into`, float32 [N, C], the vector of `hashes[i]` where it is kept.

        What the backbone's file lacks of those is put there; what another workspace has put there
        becomes rows of this one, where whole vectors are read.

        Args:
            hashes: content hashes of images; each once.
            backbone: `Backbone.embedding_key`, or the key of its pooled blocks.
            into: what is filled in: the first C numbers of each.
            dimension: how many numbers a vector has; by default C.

        Returns:
            Which were found: bool [N].
        """
        dimension = into.shape[1] if dimension is None else dimension
        file = self._file(backbone, dimension)
        filed = np.zeros(len(hashes), np.bool_) if file is None else file.read(hashes, into)
        if into.shape[1] == dimension:
            self._adopt(hashes, backbone, into, np.flatnonzero(filed))
        found = filed.copy()
        for chunk in chunks(np.flatnonzero(~filed).tolist(), _VECTORS_PER_QUERY):
            kept = self.load([hashes[row] for row in chunk], backbone)
            rows = [row for row in chunk if hashes[row] in kept]
            if rows:
                vectors = np.stack([kept[hashes[row]] for row in rows])
                into[rows], found[rows] = vectors[:, : into.shape[1]], True
                self.file([hashes[row] for row in rows], backbone, vectors)
        return found

    def _adopt(
        self, hashes: Sequence[str], backbone: str, vectors: Vector, filed: NDArray[np.int64]
    ) -> None:
        """Save the vectors [N, D] of the rows `filed` that this database has not."""
        for rows in chunks(filed.tolist(), _NAMES_PER_QUERY):
            names = [hashes[row] for row in rows]
            kept = (Embedding.backbone == backbone, Embedding.content_hash.in_(names))
            with self._database.reading() as session:
                if session.scalar(select(func.count()).where(*kept)) == len(names):
                    continue
                known = set(session.scalars(select(Embedding.content_hash).where(*kept)))
            self.save(
                {hashes[row]: vectors[row] for row in rows if hashes[row] not in known}, backbone
            )

    def file(self, hashes: Sequence[str], backbone: str, vectors: Vector) -> None:
        """Put into the backbone's file what it lacks of the kept vectors [N, D]."""
        file = self._file(backbone, vectors.shape[1])
        if file is not None:
            file.add(hashes, vectors)

    def _file(self, backbone: str, dimension: int) -> VectorFile | None:
        if self._folder is None:
            return None
        return VectorFile(self._folder, backbone, dimension, _dtype(backbone))

    def load(self, hashes: Iterable[str], backbone: str) -> dict[str, Vector]:
        """The vectors [D] that are kept, by content hash; the others are missing.

        Args:
            hashes: content hashes of images.
            backbone: `Backbone.embedding_key`, or the key of its pooled blocks.
        """
        found: dict[str, Vector] = {}
        with self._database.reading() as session:
            for chunk in chunks(hashes, _VECTORS_PER_QUERY):
                rows = session.execute(
                    select(Embedding.content_hash, Embedding.vector).where(
                        Embedding.backbone == backbone, Embedding.content_hash.in_(chunk)
                    )
                )
                found.update(
                    (name, np.frombuffer(vector, _dtype(backbone))) for name, vector in rows
                )
        return found

    def keys(self, content_hash: str) -> list[str]:
        """The `Backbone.embedding_key`s by which a vector of this image is kept."""
        with self._database.reading() as session:
            query = select(Embedding.backbone).where(Embedding.content_hash == content_hash)
            return sorted(key for key in session.scalars(query) if not key.endswith(_POOLED))

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

    def kept(self, hashes: Sequence[str], backbone: Backbone) -> set[str]:
        """Those of the images whose last layer is kept."""
        key = backbone.embedding_key
        file = self._file(key, backbone.dimension)
        filed = np.zeros(len(hashes), np.bool_) if file is None else file.holds(hashes)
        found = {hashes[row] for row in np.flatnonzero(filed).tolist()}
        with self._database.reading() as session:
            for chunk in chunks([name for name in hashes if name not in found], _NAMES_PER_QUERY):
                query = select(Embedding.content_hash).where(
                    Embedding.backbone == key, Embedding.content_hash.in_(chunk)
                )
                found.update(session.scalars(query))
        return found

    def save(self, vectors: Mapping[str, Vector], key: str) -> None:
        """Keep vectors. Those that another process has kept in the meantime stay as they are."""
        rows = [
            {"content_hash": name, "backbone": key, "vector": vector.astype(_dtype(key)).tobytes()}
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
    columns: int | None = None,
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
        columns: D, how many of the backbone's numbers are wanted, the first of them. By default
            its `dimension`; with more, what is pooled of its blocks follows.

    Raises:
        InvalidImage: an image cannot be decoded.
        JobCancelled: the reporter said so.
    """
    names = list(dict.fromkeys(hashes))
    columns = backbone.dimension if columns is None else columns
    vectors = np.empty((len(names), columns), dtype=np.float32)
    found = _read(names, backbone, store, vectors)
    missing = np.flatnonzero(~found).tolist()
    total, done = len(names), len(names) - len(missing)
    reporter.stage("Embedding pictures", done / total if total else 1.0)
    rows = {names[row]: row for row in missing}
    for part in _computed(list(rows), read, backbone, max_pixels=max_pixels, threads=threads):
        _save(part, backbone, store)
        for name, vector in part.items():
            vectors[rows[name]] = vector[:columns]
        done += len(part)
        reporter.stage("Embedding pictures", done / total)
        reporter.check_cancelled()
    if missing:
        store.file(names, backbone.embedding_key, vectors[:, : backbone.dimension])
    if len(names) == len(hashes):
        return vectors
    places = {name: row for row, name in enumerate(names)}
    return vectors[[places[name] for name in hashes]]


def _read(
    names: Sequence[str], backbone: Backbone, store: EmbeddingStore, vectors: NDArray[np.float32]
) -> NDArray[np.bool_]:
    own = backbone.dimension
    found = store.read(names, backbone.embedding_key, vectors[:, :own])
    if vectors.shape[1] > own:
        pools = sum(backbone.pool_widths)
        found &= store.read(names, pooled_key(backbone), vectors[:, own:], dimension=pools)
    return found


def _save(part: Mapping[str, Vector], backbone: Backbone, store: EmbeddingStore) -> None:
    own = backbone.dimension
    store.save({name: vector[:own] for name, vector in part.items()}, backbone.embedding_key)
    if backbone.pool_widths:
        store.save({name: vector[own:] for name, vector in part.items()}, pooled_key(backbone))


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
    outputs = ["embedding", *(["pooled"] if backbone.pool_widths else [])]

    def compute(name: str) -> tuple[str, Vector]:
        pixels = prepare(read(name), backbone.spec, max_pixels=max_pixels)
        found = session.run(pixels[None], outputs)
        pools = [found[key][0].astype(np.float16) for key in outputs[1:]]
        return name, np.concatenate([found["embedding"][0], *pools])

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


def pooled_key(backbone: Backbone) -> str:
    """The key by which the pooled blocks of a backbone are kept."""
    return f"{backbone.embedding_key}{_POOLED}"


def _dtype(key: str) -> str:
    return "<f2" if key.endswith(_POOLED) else "<f4"
