import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from structlog.testing import capture_logs

from tellapart.errors import BlobDamaged, BlobNotFound, ModelNotFound, NoChampion
from tellapart.registry.versions import ModelRegistry
from tellapart.serving import reload
from tellapart.serving.engine import PredictionEngine
from tellapart.serving.reload import ChampionWatcher
from tellapart.settings import Settings
from tellapart.store.storage import Storage
from tests.support.models.packages import colour_image, register_colour_model


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"reload_interval_s": 0.02})


@pytest.fixture
def engine(settings: Settings) -> Iterator[PredictionEngine]:
    made = PredictionEngine(settings)
    yield made
    made.close()


@pytest.fixture
def watcher(storage: Storage, engine: PredictionEngine) -> Iterator[ChampionWatcher]:
    made = ChampionWatcher(storage, engine)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def registry(storage: Storage) -> ModelRegistry:
    return ModelRegistry(storage.database)


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def in_service(engine: PredictionEngine) -> int | None:
    return None if engine.model is None else engine.model.version


def test_the_champion_is_there_from_the_start(
    storage: Storage, engine: PredictionEngine, registry: ModelRegistry
) -> None:
    registry.promote(register_colour_model(storage), "")
    watcher = ChampionWatcher(storage, engine)
    watcher.start()
    assert in_service(engine) == 1
    assert watcher.require_ready() == 1
    watcher.stop()


def test_not_ready_without_a_champion(watcher: ChampionWatcher) -> None:
    with pytest.raises(NoChampion, match="Train one and promote it"):
        watcher.require_ready()


def test_a_promotion_from_elsewhere_is_followed(
    watcher: ChampionWatcher, storage: Storage, engine: PredictionEngine, registry: ModelRegistry
) -> None:
    for _ in range(2):
        register_colour_model(storage)
    registry.promote(1, "")
    wait_until(lambda: in_service(engine) == 1)
    registry.promote(2, "")
    wait_until(lambda: in_service(engine) == 2)
    registry.rollback("")
    wait_until(lambda: in_service(engine) == 1)
    assert watcher.problem is None


def test_a_promotion_from_here_is_there_at_once(
    watcher: ChampionWatcher, storage: Storage, engine: PredictionEngine, registry: ModelRegistry
) -> None:
    version = register_colour_model(storage)
    ready = watcher.load(version)
    assert in_service(engine) is None
    registry.promote(version, "")
    watcher.refresh(ready)
    assert engine.model is ready or in_service(engine) == version
    assert engine.submit(colour_image("red"), 1).result().model_version == version


def test_a_loaded_model_that_is_not_the_champion_is_not_put_in_service(
    watcher: ChampionWatcher, storage: Storage, engine: PredictionEngine, registry: ModelRegistry
) -> None:
    register_colour_model(storage)
    other = watcher.load(register_colour_model(storage))
    registry.promote(1, "")
    watcher.refresh(other)
    assert in_service(engine) == 1


def test_the_model_in_service_is_not_loaded_again(
    watcher: ChampionWatcher, storage: Storage, engine: PredictionEngine, registry: ModelRegistry
) -> None:
    registry.promote(register_colour_model(storage), "")
    watcher.refresh()
    assert watcher.load(1) is engine.model


def test_versions_that_cannot_be_loaded(
    watcher: ChampionWatcher, storage: Storage, registry: ModelRegistry
) -> None:
    with pytest.raises(ModelNotFound):
        watcher.load(1)
    version = register_colour_model(storage)
    storage.blobs.delete(registry.get(version).artifact("onnx").content_hash)
    with pytest.raises(BlobNotFound):
        watcher.load(version)


def test_a_champion_that_cannot_be_loaded_leaves_the_old_one_in_service(
    watcher: ChampionWatcher, storage: Storage, engine: PredictionEngine, registry: ModelRegistry
) -> None:
    registry.promote(register_colour_model(storage), "")
    wait_until(lambda: in_service(engine) == 1)
    broken = register_colour_model(storage, ["a", "b", "c"])
    storage.blobs.delete(registry.get(broken).artifact("onnx").content_hash)
    with capture_logs() as logs:
        registry.promote(broken, "")
        wait_until(lambda: watcher.problem is not None)
        time.sleep(0.1)
    assert "is missing" in str(watcher.problem)
    assert len(logs) == 1, "it is said once, not at every look"
    assert in_service(engine) == 1
    assert watcher.require_ready() == 1
    registry.rollback("")
    wait_until(lambda: watcher.problem is None)


def test_why_no_model_is_ready(
    storage: Storage, engine: PredictionEngine, registry: ModelRegistry
) -> None:
    version = register_colour_model(storage)
    storage.blobs.delete(registry.get(version).artifact("onnx").content_hash)
    registry.promote(version, "")
    watcher = ChampionWatcher(storage, engine)
    with capture_logs():
        watcher.start()
        with pytest.raises(NoChampion, match="is missing"):
            watcher.require_ready()
        watcher.stop()


def damage(storage: Storage, registry: ModelRegistry, version: int) -> None:
    """Flip a bit in the weights of a version."""
    name = registry.get(version).artifact("onnx").content_hash
    file = storage.settings.workspace / "blobs" / name[:2] / name
    data = bytearray(file.read_bytes())
    data[data.index(np.float32(6 / 255).tobytes())] ^= 1
    file.write_bytes(data)


def test_an_earlier_champion_answers_for_one_that_is_damaged(
    storage: Storage, engine: PredictionEngine, registry: ModelRegistry
) -> None:
    for names in (["r", "g", "b"], ["a", "b", "c"], ["x", "y", "z"]):
        registry.promote(register_colour_model(storage, names), "")
    damage(storage, registry, 3)
    storage.blobs.delete(registry.get(2).artifact("onnx").content_hash)
    watcher = ChampionWatcher(storage, engine)
    with capture_logs() as logs:
        watcher.start()
    assert watcher.require_ready() == 1
    problem = str(watcher.problem)
    for words in ("Version 3, the champion", "is damaged", "backup", "Version 1 answers"):
        assert words in problem
    assert [line["event"] for line in logs].count("champion_not_loaded") == 1
    registry.promote(1, "")
    wait_until(lambda: watcher.problem is None)
    watcher.stop()


def test_a_champion_that_is_restored_comes_back(
    storage: Storage,
    engine: PredictionEngine,
    registry: ModelRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reload, "_RETRY_S", 0.05)
    for names in (["r", "g", "b"], ["a", "b", "c"]):
        registry.promote(register_colour_model(storage, names), "")
    name = registry.get(2).artifact("onnx").content_hash
    data = storage.blobs.read(name)
    storage.blobs.delete(name)
    watcher = ChampionWatcher(storage, engine)
    with capture_logs():
        watcher.start()
        assert watcher.require_ready() == 1
        storage.blobs.put(data)
        wait_until(lambda: in_service(engine) == 2)
        watcher.stop()
    assert watcher.problem is None


def test_a_damaged_version_is_not_promoted(
    watcher: ChampionWatcher, storage: Storage, registry: ModelRegistry
) -> None:
    version = register_colour_model(storage)
    damage(storage, registry, version)
    with pytest.raises(BlobDamaged, match="backup"):
        watcher.load(version)
