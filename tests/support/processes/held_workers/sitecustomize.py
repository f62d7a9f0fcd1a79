"""Python runs this when a process starts that has this folder in its PYTHONPATH.

If it runs a job, it then waits at a stage and a share of it, such as `Importing pictures 0.5`
(`HOLD_AT`), until somebody ends it, cancels its job, or makes the file `HOLD_UNTIL`.
"""

import os
import time
from pathlib import Path


def hold() -> None:
    """Let the reporter of jobs wait."""
    from tellapart.jobs.worker import JobReporter

    stage_of_job = JobReporter.stage
    name_held, _, least = os.environ["HOLD_AT"].rpartition(" ")
    released = Path(os.environ["HOLD_UNTIL"])

    def stage(reporter: JobReporter, name: str, share: float | None) -> None:
        held = name == name_held and (share or 0.0) >= float(least) and not released.exists()
        if held:
            reporter._reported_at = 0.0  # so that it is told at once
        stage_of_job(reporter, name, share)
        while held and not released.exists() and not reporter.lost.is_set():
            time.sleep(0.05)
        if held:
            reporter.check_cancelled()

    JobReporter.stage = stage  # type: ignore[method-assign,assignment]


if "HOLD_AT" in os.environ:
    hold()
