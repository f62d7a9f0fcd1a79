"""How far a training is, and the step at which it ends, which may follow the clock."""

import time
from typing import Any

from tellapart.jobs.progress import ProgressReporter

# So many steps tell how fast it goes, well enough for a first plan.
_STEPS_TO_MEASURE = 8
_SECONDS_TO_MEASURE = 2.0
# How often the plan is compared with the clock, and how far off it may be, as shares of the budget.
_COMPARED_EVERY = 0.02
_TOLERANCE = 0.02
_LEAST_SHARE = 0.1
# What is put aside for what comes after takes no more of the budget than this.
_CLOSING_MOST = 0.35
# A network that has learned from fewer batches knows nothing, whatever the clock says.
_LEAST_STEPS = 20


class TrainingSchedule:
    """The share of the training that is done at each step, from 0 to 1.

    Without a time budget it ends after all its steps. With one, the time of the steps is measured
    and the end is put where the budget will be spent: the share, and with it the learning rate,
    still goes to the end.
    """

    def __init__(
        self,
        most_steps: int,
        steps_per_epoch: int,
        *,
        budget_s: float | None,
        judging_steps: float = 0.0,
        closing_steps: float = 0.0,
        spent_s: float = 0.0,
        facts: dict[str, Any] | None = None,
    ) -> None:
        """Begin, or go on from `facts`.

        Args:
            most_steps: where it ends at the latest.
            steps_per_epoch: after so many, the network is judged.
            budget_s: seconds that the training may take, those before an interruption included.
            judging_steps: what judging takes, in steps, until it has been measured.
            closing_steps: what comes after the last step and is of the same kind, in steps.
            spent_s: of the budget, before the first step.
            facts: of a schedule that was interrupted.
        """
        self.most_steps = most_steps
        self._steps_per_epoch = steps_per_epoch
        self._budget_s = budget_s
        self._judging_steps, self._closing_steps = judging_steps, closing_steps
        self._judging_s: float | None = None
        self.steps, self._from_step, self._from_share = most_steps, 0, 0.0
        self._began = self._compared = self._stepped = time.monotonic()
        self._began -= spent_s
        self._measured_s, self._measured = 0.0, -1
        if facts is not None:
            self.steps, self._from_step, self._from_share = facts["plan"]
            self._began -= facts["elapsed_s"]

    def share(self, step: int) -> float:
        """How much of the training is done after `step` steps."""
        left = self.steps - self._from_step
        done = (step - self._from_step) / left if left > 0 else 1.0
        return min(1.0, self._from_share + (1 - self._from_share) * done)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the training began, those before an interruption included."""
        return time.monotonic() - self._began

    @property
    def facts(self) -> dict[str, Any]:
        """What another process needs to go on, as JSON values."""
        plan = [self.steps, self._from_step, self._from_share]
        return {"plan": plan, "elapsed_s": self.elapsed_s}

    def before_steps(self) -> None:
        """The next step begins: what was done since the last one is none."""
        self._stepped = time.monotonic()

    def after_step(self, step: int) -> None:
        """Measure a step that has just ended; move the end when the clock asks for it."""
        now = time.monotonic()
        # The first step of a process prepares the others and takes longer.
        self._measured += 1
        if self._measured:
            self._measured_s += now - self._stepped
        self._stepped = now
        if self._budget_s is not None and self._is_due(now):
            self._compare(step)
            self._compared = now

    def after_judging(self, seconds: float) -> None:
        """Note what the end of an epoch took beside its steps."""
        self._judging_s = seconds

    def _is_due(self, now: float) -> bool:
        assert self._budget_s is not None
        if self.elapsed_s >= self._budget_s:
            return True
        enough = self._measured >= _STEPS_TO_MEASURE or (
            self._measured > 0 and self._measured_s > _SECONDS_TO_MEASURE
        )
        first = self.steps == self.most_steps and self._from_step == 0
        return enough and (first or now - self._compared > _COMPARED_EVERY * self._budget_s)

    def _compare(self, step: int) -> None:
        assert self._budget_s is not None
        step_s = self._measured_s / max(1, self._measured)
        judging_s, closing_s = self._judging_steps * step_s, self._closing_steps * step_s
        if self._judging_s is not None and judging_s > 0:
            closing_s *= self._judging_s / judging_s
            judging_s = self._judging_s
        closing_s = min(closing_s, _CLOSING_MOST * self._budget_s)
        # It is judged once more at the very end.
        left_s = max(0.0, self._budget_s - self.elapsed_s - judging_s - closing_s)
        pace_s = max(step_s + judging_s / self._steps_per_epoch, 1e-6)
        least = max(step, min(self._steps_per_epoch, _LEAST_STEPS))
        possible = min(self.most_steps, max(least, step + int(left_s / pace_s)))
        if abs(possible - self.steps) * pace_s > _TOLERANCE * self._budget_s or possible == step:
            self._from_share, self._from_step = self.share(step), step
            self.steps = possible


def time_left_s(budget_s: float | None, spent_s: float, reporter: ProgressReporter) -> float | None:
    """Seconds of a budget for the loop when `spent_s` of it went into what comes before.

    When hardly anything is left, it says so and gives a little, which is better than a network
    that has learned nothing.
    """
    if budget_s is None:
        return None
    left_s, least_s = budget_s - spent_s, max(1.0, _LEAST_SHARE * budget_s)
    if left_s < least_s:
        reporter.log(
            f"Of the {budget_s:.0f} s to train, reading and loading took {spent_s:.0f}: the "
            f"network is trained for {least_s:.0f} s all the same. Give it a longer time budget."
        )
    return max(left_s, least_s)
