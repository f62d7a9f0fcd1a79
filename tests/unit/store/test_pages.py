import pytest

from tellapart.errors import InvalidRequest
from tellapart.store.pages import cut_page, parse_cursor


def test_a_full_page_with_more_behind_it() -> None:
    page = cut_page(["a", "b", "c"], 2, ["1", "2", "3"])
    assert page.items == ["a", "b"]
    assert page.next_cursor == "2"


@pytest.mark.parametrize("rows", [[], ["a"], ["a", "b"]])
def test_the_last_page(rows: list[str]) -> None:
    page = cut_page(rows, 2, [str(n) for n in range(len(rows))])
    assert page.items == rows
    assert page.next_cursor is None


def test_cursors_come_back_as_numbers() -> None:
    assert parse_cursor(None) is None
    assert parse_cursor("0") == 0
    assert parse_cursor("123456789012345678") == 2**31 - 1, "no row has a higher number"


@pytest.mark.parametrize(
    "cursor", ["", " ", "abc", "-1", "1.5", "1e3", "٣", "²", "1" * 19, "1; DROP TABLE images", "\0"]
)
def test_other_cursors_are_refused(cursor: str) -> None:
    with pytest.raises(InvalidRequest, match="Start again without a cursor"):
        parse_cursor(cursor)


def test_a_long_cursor_is_not_repeated_in_full() -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_cursor("x" * 100_000)
    assert len(str(caught.value)) < 200
