"""Rules of the whole suite: in what order tests run, and how long one may take."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

MOST_SECONDS = 10.0
MOST_SLOW_TESTS = 10
_SPENT = pytest.StashKey[float]()
_KERAS = (
    "tests/integration/training/",
    "tests/integration/test_auto_training.py",
    "tests/integration/test_notebook.py",
)
# The longest first, so that no process is still at them when the others have ended.
_ORDER: tuple[str | tuple[str, ...], ...] = (_KERAS, "tests/e2e/", "tests/integration/", "tests/")


def arrange(items: list[pytest.Item]) -> None:
    """The longest files first."""
    items.sort(
        key=lambda item: next(n for n, at in enumerate(_ORDER) if _path(item).startswith(at))
    )


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """Tests of a file run in one process; so do all that load Keras, which takes seconds each."""

    def _split_scope(self, nodeid: str) -> str:
        return "keras" if nodeid.startswith(_KERAS) else nodeid.partition("::")[0]


@contextmanager
def counted(item: pytest.Item) -> Iterator[None]:
    """Count what is done here as the test's, with what was counted before."""
    began = _processor_seconds()
    yield
    item.stash[_SPENT] = item.stash.get(_SPENT, 0.0) + _processor_seconds() - began
    check_time(item, item.stash[_SPENT])


def check_time(item: pytest.Item, seconds: float) -> None:
    """Fail a test that took longer than a test may, and is not marked as slow."""
    if seconds > MOST_SECONDS and item.get_closest_marker("slow") is None:
        pytest.fail(
            f"It took {seconds:.1f} s of processor time; {MOST_SECONDS:.0f} are allowed. Make it "
            'do less, or mark it slow("reason").',
            pytrace=False,
        )


def _processor_seconds() -> float:
    """Of this process, and of its children that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _path(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
