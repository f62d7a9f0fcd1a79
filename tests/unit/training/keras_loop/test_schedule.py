import pytest

from tellapart.training.keras_loop import schedule as schedule_module
from tellapart.training.keras_loop.schedule import TrainingSchedule, time_left_s
from tests.support.clocks import Clock
from tests.support.models.training_sets import Recorder


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What schedules go by; only steps take time."""
    made = Clock()
    made.put_into(monkeypatch, schedule_module)
    return made


def run(schedule: TrainingSchedule, clock: Clock, step_s: float) -> int:
    """Steps of this length until the end; how many there were."""
    step, slowest = 0, 0.0
    while schedule.share(step) < 1:
        schedule.before_steps()
        clock.tick(step_s)
        step += 1
        before = schedule.share(step)
        schedule.after_step(step)
        slowest = max(slowest, before - schedule.share(step))
    assert slowest < 1e-9  # the share never goes back
    return step


def test_without_a_budget_all_steps_are_done(clock: Clock) -> None:
    schedule = TrainingSchedule(10, 5, budget_s=None)
    assert [schedule.share(step) for step in (0, 5, 10)] == [0.0, 0.5, 1.0]
    assert run(schedule, clock, 0.0) == 10


def test_a_budget_is_kept_and_the_share_goes_to_the_end(clock: Clock) -> None:
    schedule = TrainingSchedule(1_000_000, 50, budget_s=1.0)
    run(schedule, clock, 0.005)
    assert 0.97 <= schedule.elapsed_s <= 1.03


def test_what_comes_after_is_put_aside_as_it_is_estimated_or_measured(clock: Clock) -> None:
    guessed = TrainingSchedule(1_000_000, 50, budget_s=10.0, judging_steps=10, closing_steps=200)
    run(guessed, clock, 0.01)
    # Judging once more takes 0.1 s, closing 2.
    assert guessed.elapsed_s == pytest.approx(7.9, abs=0.2)
    measured = TrainingSchedule(
        1_000_000, 1_000_000, budget_s=10.0, judging_steps=10, closing_steps=200
    )
    measured.after_judging(0.05)
    run(measured, clock, 0.01)
    assert measured.elapsed_s == pytest.approx(8.95, abs=0.2)


def test_what_comes_after_leaves_most_of_the_budget(clock: Clock) -> None:
    schedule = TrainingSchedule(1_000_000, 50, budget_s=10.0, closing_steps=1e6)
    run(schedule, clock, 0.01)
    assert schedule.elapsed_s == pytest.approx(6.5, abs=0.2)


def test_a_budget_that_is_not_needed_changes_nothing(clock: Clock) -> None:
    assert run(TrainingSchedule(20, 5, budget_s=60.0), clock, 0.001) == 20


def test_a_spent_budget_ends_after_the_least_that_makes_sense(clock: Clock) -> None:
    assert run(TrainingSchedule(1000, 5, budget_s=0.0), clock, 0.0) == 5
    assert run(TrainingSchedule(1000, 500, budget_s=0.0), clock, 0.0) == 20


def test_an_interrupted_cycle_keeps_plan_and_time() -> None:
    facts = {"plan": [200, 100, 0.3], "elapsed_s": 40.0}
    again = TrainingSchedule(1000, 50, budget_s=60.0, facts=facts)
    assert again.share(150) == pytest.approx(0.65)
    assert again.elapsed_s >= 40
    assert again.facts["plan"] == facts["plan"]


def test_a_budget_that_reading_has_spent_is_told() -> None:
    log = Recorder()
    assert time_left_s(None, 5.0, log) is None
    assert time_left_s(100.0, 20.0, log) == 80.0
    assert log.messages == []
    assert time_left_s(20.0, 50.0, log) == 2.0
    assert "longer time budget" in log.messages[0]
