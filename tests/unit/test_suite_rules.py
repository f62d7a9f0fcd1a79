import re
from pathlib import Path

import pytest

from tests.support.suite_rules import MOST_SECONDS, MOST_SLOW_TESTS, check_time, counted

TESTS = Path(__file__).parents[1]


def test_a_test_that_takes_too_long_fails(request: pytest.FixtureRequest) -> None:
    check_time(request.node, MOST_SECONDS)
    with pytest.raises(pytest.fail.Exception, match=r"It took 10\.1 s of processor time"):
        check_time(request.node, MOST_SECONDS + 0.1)
    request.node.add_marker("slow")
    check_time(request.node, MOST_SECONDS + 0.1)


def test_what_is_counted_of_a_test_adds_up(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([0.0, 0.6, 0.7, 1.3])
    monkeypatch.setattr(
        "tests.support.suite_rules._processor_seconds", lambda: next(times) * MOST_SECONDS
    )
    with counted(request.node):
        pass
    with pytest.raises(pytest.fail.Exception, match="It took"), counted(request.node):
        pass
    monkeypatch.undo()
    request.node.add_marker("slow")


def test_few_tests_are_marked_as_slow_and_all_say_why() -> None:
    found = [
        mark
        for path in TESTS.rglob("test_*.py")
        if path != Path(__file__)
        for mark in re.findall(r"mark\.slow\b.*", path.read_text())
    ]
    assert all(re.match(r'mark\.slow\("[^"]{10,}"\)', mark) for mark in found), found
    assert len(found) <= MOST_SLOW_TESTS, found
