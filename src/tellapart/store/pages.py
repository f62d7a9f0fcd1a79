"""Lists that are read a page at a time."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from tellapart.errors import InvalidRequest

Row = TypeVar("Row")
# PostgreSQL refuses to compare a number with more than an INTEGER can be.
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursor that asks for the next ones (None at the end)."""

    items: list[Row]
    next_cursor: str | None


def cut_page(rows: list[Row], limit: int, cursors: list[str]) -> Page[Row]:
    """A page from up to `limit + 1` rows; the surplus row tells that there are more."""
    more = len(rows) > limit
    return Page(rows[:limit], cursors[limit - 1] if more else None)


def parse_cursor(cursor: str | None) -> int | None:
    """The row number that a cursor stands for.

    Raises:
        InvalidRequest: it is not one that we gave out.
    """
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 18:
        raise InvalidRequest(
            f"The cursor {cursor[:40]!r} is not one of ours. Start again without a cursor."
        )
    return min(int(cursor), LARGEST_ID)
