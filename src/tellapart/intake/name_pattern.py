"""What a regular expression of a user finds in names.

It is searched by a process of its own, which is ended when it takes too long: there are expressions
that are short and would search one name for years, and Python's engine has no limit of time.
"""

import json
import subprocess
import sys
from collections.abc import Sequence

from tellapart.errors import InvalidRequest

_LEAST_S = 10.0
_NAMES_PER_S = 20_000
_PROGRAM = """
import json, re, sys
pattern, names = json.load(sys.stdin)
found = map(re.compile(pattern).search, names)
json.dump([match and (match[1] if match.re.groups else match[0]) for match in found], sys.stdout)
"""


def search_names(pattern: str, names: Sequence[str]) -> list[str | None]:
    """The first group of the first match in each name, or the whole match; None without one.

    Raises:
        InvalidRequest: it takes too long.
    """
    limit_s = _LEAST_S + len(names) / _NAMES_PER_S
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and no shell
            [sys.executable, "-I", "-c", _PROGRAM],
            input=json.dumps([pattern, names]),
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise InvalidRequest(
            f"The regular expression {pattern!r} was searched in the names for {limit_s:.0f} s "
            "without an end; nothing was imported. Write it without a repetition inside of a "
            r"repetition, such as (\d+)_ instead of ((\d+)+)_."
        ) from None
    found: list[str | None] = json.loads(done.stdout)
    return [text or None for text in found]
