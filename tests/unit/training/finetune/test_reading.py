"""What fine-tuning reads in the time that is left. No Keras: networks and readers are told."""

import time
from typing import Any

import pytest

from tellapart.errors import TimeBudgetTooShort
from tellapart.features.backbones.catalogue import built_in_spec
from tellapart.training.finetune.reading import Reading, choose_reading
from tellapart.training.options import TrainingOptions
from tests.support.models.training_sets import Recorder, textures

IMAGES = textures({"train": 20, "validation": 4, "test": 4}, size=(90, 80))


class Network:
    """Its features are small, at one cut."""

    spec = built_in_spec(224)

    def cuts(self) -> list[str]:
        return ["block10"]

    def size(self, cut: str) -> int:
        return len(cut)


class Reader:
    """A second for each image."""

    def seconds_per_image(self, _examples: Any) -> float:
        return 1.0


def chosen(budget_s: float, log: Recorder) -> Reading:
    networks: list[Any] = [Network()]
    reader: Any = Reader()
    options = TrainingOptions(time_budget_s=budget_s)
    return choose_reading(networks, lambda *_: reader, IMAGES, options, time.monotonic(), log)


def test_when_three_passes_do_not_fit_it_is_refused_before_the_time_is_spent() -> None:
    # Of 40 images at least 24 are read, and seen three times; of 16 others each is read.
    with pytest.raises(TimeBudgetTooShort, match=r"Fine-tuning on 40 pictures takes about 4 min"):
        chosen(120, Recorder())
    log = Recorder()
    reading = chosen(150, log)
    assert not reading.mirror
    assert 24 <= len(reading.train) < 40
    assert any("is enough for" in message for message in log.messages)
