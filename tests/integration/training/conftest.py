from pathlib import Path

import pytest

from tellapart.features.keras_library import load_keras
from tellapart.store.database import Database
from tellapart.training.finetune import frozen_features
from tellapart.training.keras_loop import images
from tellapart.training.options import TrainingContext

SMALL_BATCH = 16


@pytest.fixture
def training_context(database: Database, run_folder: Path) -> TrainingContext:
    """Where recipes work."""
    return TrainingContext(
        database, run_folder / "backbones", max_pixels=10_000_000, scratch_max_px=64
    )


@pytest.fixture(scope="session", autouse=True)
def keras_loaded() -> None:
    """No test has to answer for the seconds that this takes."""
    load_keras()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks are asked in batches of one size, mostly filled up where there are few images."""
    monkeypatch.setattr(images, "_ANSWER_BATCH", SMALL_BATCH)
    monkeypatch.setattr(frozen_features, "_BATCH", 4)
