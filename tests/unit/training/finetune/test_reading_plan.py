import pytest

from tellapart.training.finetune.reading_plan import ReadingPlan, is_plenty, plan_reading


@pytest.mark.parametrize(
    ("affordable", "plan"),
    [
        (5_800, ReadingPlan(1000, mirror=True)),
        (5_700, ReadingPlan(1000, mirror=False)),
        (4_700, ReadingPlan(978, mirror=False)),
        (3_000, ReadingPlan(608, mirror=False)),
        (2_900, None),
        (-10, None),
    ],
)
def test_mirror_images_go_first_and_then_some_of_the_others(
    affordable: float, plan: ReadingPlan | None
) -> None:
    assert plan_reading(train=1000, others=200, affordable=affordable) == plan


def test_no_training_images_need_no_time() -> None:
    assert plan_reading(train=0, others=0, affordable=0) == ReadingPlan(0, mirror=True)


def test_what_is_left_after_enough_passes_goes_into_larger_images() -> None:
    assert not is_plenty(1000, 200, 11_000)
    assert is_plenty(1000, 200, 12_000)
