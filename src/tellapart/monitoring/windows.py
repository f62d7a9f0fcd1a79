"""Spans of time that end now, and how finely each is looked at."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from tellapart.errors import InvalidRequest
from tellapart.monitoring.rollups import floor_time

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LEAST_S, _MOST_S = 10, 400 * 86400
# Up to this window, counts of this resolution: few enough to be read and shown at once.
_STEPS_S = (
    (900, 10), (2 * 3600, 60), (86400, 600), (7 * 86400, 3600), (60 * 86400, 21600),
    (_MOST_S, 86400),
)  # fmt: skip


@dataclass(frozen=True)
class Window:
    """A span of `length_s` seconds until `until`, widened to begin with a step."""

    length_s: int
    step_s: int
    since: datetime
    until: datetime

    @property
    def covered_s(self) -> float:
        """How long it is, as widened, in seconds."""
        return (self.until - self.since).total_seconds()


def window_until(text: str, until: datetime) -> Window:
    """The window that a text such as `90s`, `15m`, `1h` or `7d` stands for.

    Raises:
        InvalidRequest: it is none, or not of 10 seconds to 400 days.
    """
    found = re.fullmatch(r"([1-9]\d{0,8})([smhd])", text, re.ASCII)
    length_s = int(found[1]) * _UNITS_S[found[2]] if found else 0
    if not _LEAST_S <= length_s <= _MOST_S:
        raise InvalidRequest(
            f"The window {text[:40]!r} cannot be used. "
            "Write a number and s, m, h or d, such as 15m, 1h or 7d: from 10s to 400d."
        )
    step_s = next(step for most, step in _STEPS_S if length_s <= most)
    since = floor_time(until - timedelta(seconds=length_s), step_s)
    return Window(length_s, step_s, since, until)
