"""Holds jobs at a place where they are to be killed, so that none is too quick."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_HELD_WORKERS = Path(__file__).parent / "held_workers"


@dataclass(frozen=True)
class Hold:
    """Whoever runs a job with this environment waits at a stage until it is released."""

    environment: dict[str, str]
    until: Path

    def release(self) -> None:
        """Let them go on, also those that come later."""
        self.until.touch()


# By the name of the stage, and the share of it that is to be done.
MakeHold = Callable[[str, float], Hold]


def hold_at(stage: str, share: float, until: Path) -> Hold:
    """Wait at a stage until the file `until` is there."""
    paths = [str(_HELD_WORKERS), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {"HOLD_AT": f"{stage} {share}", "HOLD_UNTIL": str(until)}
    return Hold(environment | {"PYTHONPATH": os.pathsep.join(paths)}, until)
