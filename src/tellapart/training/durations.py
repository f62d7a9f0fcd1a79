"""Lengths of time as people write them."""

import re

from tellapart.errors import InvalidRequest

_UNITS_S = {"": 1, "s": 1, "m": 60, "h": 3600}


def parse_duration_s(text: str | None) -> float | None:
    """Seconds from words such as `90`, `90s`, `10m` or `1.5h`.

    Raises:
        InvalidRequest: it is not such a word.
    """
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smh]?)\s*", text)
    if found is None or float(found[1]) == 0:
        raise InvalidRequest(f"{text!r} is no time budget. Write it like 90s, 10m or 1h.")
    return float(found[1]) * _UNITS_S[found[2]]
