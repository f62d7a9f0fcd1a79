from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tellapart.training.keras_loop.checkpoints import (
    Checkpoint,
    Checkpoints,
    training_checkpoints,
)
from tellapart.training.options import TrainingContext, TrainingOptions
from tests.support.models.training_sets import Recorder, textures

STATE = Checkpoint(
    {
        "network": [np.arange(6.0, dtype=np.float32).reshape(2, 3), np.array([7], np.uint32)],
        "best": [],
    },
    {"epoch": 3, "loss": float("inf")},
)


def checkpoints(folder: Path, seed: int = 0) -> tuple[Checkpoints, Recorder]:
    log = Recorder()
    return Checkpoints(folder / "job", "scratch", {"seed": seed}, log), log


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    checkpoints(tmp_path)[0].save(STATE)
    found = checkpoints(tmp_path)[0].load()
    assert found is not None
    assert found.facts == STATE.facts
    assert found.arrays["best"] == []
    for one, other in zip(found.arrays["network"], STATE.arrays["network"], strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)


def test_there_is_none_at_first(tmp_path: Path) -> None:
    kept, log = checkpoints(tmp_path)
    assert kept.load() is None
    assert log.messages == []


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_a_damaged_one_is_set_aside(tmp_path: Path, damage: str) -> None:
    kept, log = checkpoints(tmp_path)
    kept.save(STATE)
    file = tmp_path / "job" / "scratch.checkpoint"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    damaged = {"cut": data[:100], "flipped": data, "empty": bytearray()}
    file.write_bytes(damaged[damage])
    assert kept.load() is None
    assert "is damaged; it is set aside, the training starts anew" in log.messages[0]
    assert not file.exists()
    assert file.with_suffix(".unusable").exists()
    assert kept.load() is None


def test_one_of_another_training_is_set_aside(tmp_path: Path) -> None:
    checkpoints(tmp_path, seed=1)[0].save(STATE)
    kept, log = checkpoints(tmp_path, seed=2)
    assert kept.load() is None
    assert "other data, options or versions" in log.messages[0]


@pytest.mark.parametrize(
    ("images", "options", "found"),
    [
        (3, TrainingOptions(seed=1), True),
        (3, TrainingOptions(seed=1, time_budget_s=60), True),
        (3, TrainingOptions(seed=2), False),
        (2, TrainingOptions(seed=1), False),
    ],
)
def test_a_training_finds_its_own(
    tmp_path: Path, images: int, options: TrainingOptions, found: bool
) -> None:
    keras = SimpleNamespace(
        version=lambda: "3", backend=SimpleNamespace(backend=lambda: "tensorflow")
    )
    context = TrainingContext(None, Path(), 10_000, 64, checkpoints=tmp_path)  # type: ignore[arg-type]

    def kept(images: int, options: TrainingOptions) -> Checkpoints:
        few = textures({"train": images, "validation": 1})
        made = training_checkpoints(keras, "scratch", few, options, context, Recorder())
        assert made is not None
        return made

    kept(3, TrainingOptions(seed=1)).save(STATE)
    assert (kept(images, options).load() is not None) is found


def test_a_folder_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "job").write_bytes(b"a file, not a folder")
    kept, log = checkpoints(tmp_path)
    kept.save(STATE)
    kept.save(STATE)
    assert len(log.messages) == 1
    assert "The training goes on" in log.messages[0]
