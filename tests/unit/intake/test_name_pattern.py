import pytest

from tellapart.errors import InvalidRequest
from tellapart.intake import name_pattern
from tellapart.intake.name_pattern import search_names


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"track(\d+)_(\d+)", ["1", "22", None]),
        (r"track\d+", ["track1", "track22", None]),
        (r"(?P<scene>TRACK\d)", [None, None, None]),
        (r"(?i)TRACK\d", ["track1", "track2", None]),
        # It finds nothing, though it fits.
        (r"z*", [None, None, None]),
        (r"(z)?track", [None, None, None]),
    ],
)
def test_what_a_pattern_finds(pattern: str, found: list[str | None]) -> None:
    assert search_names(pattern, ["cats/track1_3.png", "track22_1.png", "x\udc80ü.png"]) == found


def test_a_pattern_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_pattern, "_LEAST_S", 0.5)
    with pytest.raises(InvalidRequest, match=r"without an end; nothing was imported.*repetition"):
        search_names(r"(a+)+$", ["a" * 60 + "b"])
