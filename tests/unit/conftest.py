from pathlib import Path

import pytest

from tellapart.features.backbones.catalogue import Backbone, load_backbone
from tellapart.store.database import Database
from tellapart.training.options import TrainingContext


@pytest.fixture(scope="session")
def cache_dir(run_folder: Path) -> Path:
    """Where the backbone is converted to, once a run."""
    return run_folder / "backbones"


@pytest.fixture(scope="session")
def backbone(cache_dir: Path) -> Backbone:
    """EfficientNet-Lite0."""
    return load_backbone("efficientnet-lite0", cache_dir)


@pytest.fixture
def training_context(database: Database, cache_dir: Path) -> TrainingContext:
    """Where recipes work."""
    return TrainingContext(database, cache_dir, max_pixels=10_000_000, scratch_max_px=64)
