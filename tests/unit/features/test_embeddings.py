import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.errors import JobCancelled, NotAnImage
from tellapart.features.backbones.catalogue import Backbone
from tellapart.features.embeddings import EmbeddingStore, embed
from tellapart.features.vector_file import VectorFile
from tellapart.images.preprocessing import prepare
from tellapart.runtime.session import InferenceSession
from tellapart.store.blobs import content_hash
from tellapart.store.database import Database
from tests.support.images.builders import jpeg_bytes
from tests.support.models.training_sets import Recorder

FILES = {content_hash(data): data for data in (jpeg_bytes(seed=seed) for seed in range(20))}


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All files are more than are saved at once."""
    monkeypatch.setattr("tellapart.features.embeddings._VECTORS_PER_SAVE", 8)


@pytest.fixture
def store(database: Database) -> EmbeddingStore:
    """An empty store of vectors."""
    return EmbeddingStore(database)


class Reader:
    """Gives files by their hash, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def __call__(self, name: str) -> bytes:
        with self._lock:
            self.asked.append(name)
        return FILES[name]


def run(
    hashes: list[str],
    reader: Reader,
    backbone: Backbone,
    store: EmbeddingStore,
    reporter: Recorder | None = None,
    columns: int | None = None,
) -> NDArray[np.float32]:
    return embed(
        hashes,
        reader,
        backbone,
        store,
        max_pixels=10_000,
        threads=2,
        reporter=reporter or Recorder(),
        columns=columns,
    )


def test_vectors_are_the_backbone_s_in_the_order_of_the_images(
    backbone: Backbone, store: EmbeddingStore
) -> None:
    hashes = [*list(FILES)[:5], next(iter(FILES))]
    reader = Reader()
    found = run(hashes, reader, backbone, store)
    session = InferenceSession(backbone.model_path)
    for name, vector in zip(hashes, found, strict=True):
        pixels = prepare(FILES[name], backbone.spec, max_pixels=10_000)
        assert np.allclose(session.run(pixels[None])["embedding"][0], vector, atol=1e-5)
    assert sorted(reader.asked) == sorted(set(hashes))


def test_what_is_pooled_of_the_blocks_follows_the_last_layer(
    backbone: Backbone, database: Database, tmp_path: Path
) -> None:
    hashes, last = list(FILES)[:3], backbone.dimension
    store, reader = EmbeddingStore(database, tmp_path), Reader()
    run(hashes, reader, backbone, store)
    stage, whole = (run(hashes, reader, backbone, store, columns=n) for n in backbone.depths[1:])
    assert sorted(reader.asked) == sorted(hashes)
    session = InferenceSession(backbone.model_path)
    pixels = prepare(FILES[hashes[0]], backbone.spec, max_pixels=10_000)
    found = session.run(pixels[None])
    assert np.allclose(whole[0, :last], found["embedding"][0], atol=1e-5)
    assert np.allclose(whole[0, last:], found["pooled"][0], rtol=2e-3, atol=1e-3)
    assert np.array_equal(stage, whole[:, : backbone.depths[1]])
    # From the rows of the database as from the file.
    alone = EmbeddingStore(database)
    assert np.array_equal(run(hashes, reader, backbone, alone, columns=whole.shape[1]), whole)
    assert store.keys(hashes[0]) == [backbone.embedding_key]


def test_images_of_which_only_the_last_layer_is_kept_are_looked_at_again(
    backbone: Backbone, store: EmbeddingStore
) -> None:
    hashes, reader = list(FILES)[:2], Reader()
    older = run(hashes, reader, replace(backbone, pool_widths=()), store)
    assert np.array_equal(run(hashes, reader, backbone, store), older)
    whole = run(hashes, reader, backbone, store, columns=backbone.depths[-1])
    assert len(reader.asked) == 4
    assert np.array_equal(whole[:, : backbone.dimension], older)


def test_what_is_known_is_not_computed_again(backbone: Backbone, store: EmbeddingStore) -> None:
    first = run(list(FILES)[:3], Reader(), backbone, store)
    reader = Reader()
    second = run(list(FILES)[:4], reader, backbone, store)
    assert reader.asked == [list(FILES)[3]]
    assert np.array_equal(first, second[:3])


def test_a_run_that_was_stopped_goes_on_where_it_was(
    backbone: Backbone, store: EmbeddingStore
) -> None:
    with pytest.raises(JobCancelled):
        run(list(FILES), Reader(), backbone, store, Recorder(cancel_at=1))
    kept = store.load(FILES, backbone.embedding_key)
    assert 0 < len(kept) < len(FILES)
    reader = Reader()
    run(list(FILES), reader, backbone, store)
    assert set(reader.asked) == set(FILES) - set(kept)


def test_a_file_of_vectors_that_was_lost_is_made_again(
    backbone: Backbone, database: Database, tmp_path: Path
) -> None:
    store = EmbeddingStore(database, tmp_path)
    first = run(list(FILES), Reader(), backbone, store)
    shutil.rmtree(tmp_path / "embeddings")
    reader = Reader()
    assert np.array_equal(run(list(FILES), reader, backbone, store), first)
    assert reader.asked == []
    into = np.empty_like(first)
    file = VectorFile(tmp_path / "embeddings", backbone.embedding_key, backbone.dimension)
    assert file.read(list(FILES), into).all()
    assert np.array_equal(into, first)


def test_what_another_workspace_has_filed_is_kept_by_this_one(
    backbone: Backbone, database: Database, tmp_path: Path
) -> None:
    first = run(list(FILES), Reader(), backbone, EmbeddingStore(database, tmp_path))
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    store, reader = EmbeddingStore(other, tmp_path), Reader()
    assert np.array_equal(run(list(FILES), reader, backbone, store), first)
    assert reader.asked == []
    shutil.rmtree(tmp_path / "embeddings")
    found = store.load_all(list(FILES), backbone.embedding_key)
    assert found is not None
    assert np.array_equal(found, first)
    other.close()


def test_progress_rises_to_the_end(backbone: Backbone, store: EmbeddingStore) -> None:
    reporter = Recorder()
    run(list(FILES), Reader(), backbone, store, reporter)
    shares = [share for _, share in reporter.stages]
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert len(shares) >= 3


def test_no_images_no_vectors(backbone: Backbone, store: EmbeddingStore) -> None:
    assert run([], Reader(), backbone, store).shape == (0, backbone.dimension)


def test_a_file_that_is_no_image_is_named_as_such(
    backbone: Backbone, store: EmbeddingStore
) -> None:
    with pytest.raises(NotAnImage):
        embed(
            ["a" * 64],
            lambda _: b"text",
            backbone,
            store,
            max_pixels=10,
            threads=1,
            reporter=Recorder(),
        )


def test_another_preprocessing_has_vectors_of_its_own(
    backbone: Backbone, store: EmbeddingStore
) -> None:
    name = next(iter(FILES))
    stretched = replace(backbone, spec=replace(backbone.spec, resize_mode="stretch"))
    one = run([name], Reader(), backbone, store)
    other = run([name], Reader(), stretched, store)
    assert not np.allclose(one, other)


def test_the_store_takes_many_hashes_and_keeps_what_was_there(store: EmbeddingStore) -> None:
    vectors = {f"{number:064d}": np.full(3, number, np.float32) for number in range(1200)}
    store.save(vectors, "b")
    store.save({f"{7:064d}": np.zeros(3, np.float32)}, "b")
    found = store.load([*vectors, "f" * 64], "b")
    assert found.keys() == vectors.keys()
    assert found[f"{7:064d}"].tolist() == [7.0, 7.0, 7.0]
    assert store.load(vectors, "another") == {}
