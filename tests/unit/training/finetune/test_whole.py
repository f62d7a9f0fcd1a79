import os

import pytest

from tellapart.training.finetune.whole import input_side_px


@pytest.mark.parametrize(
    ("images", "time_budget_s", "side_px"),
    [
        (1000, None, 64),
        (1000, 25, 64),
        (1000, 40, 96),
        (1000, 60, 128),
        (45_000, 180, 64),
        (45_000, 300, 96),
        (45_000, 2600, 128),
    ],
)
def test_more_time_buys_larger_images(
    monkeypatch: pytest.MonkeyPatch, images: int, time_budget_s: float | None, side_px: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    assert input_side_px(images, time_budget_s) == side_px
