"""A clock that stands still until a test moves it."""

from types import ModuleType

import pytest


class Clock:
    """Stands in for the module `time`."""

    now = 0.0

    def monotonic(self) -> float:
        """Seconds since it began."""
        return self.now

    def tick(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def put_into(self, monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
        """Let these modules go by this clock."""
        for module in modules:
            monkeypatch.setattr(module, "time", self)
