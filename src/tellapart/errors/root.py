"""The root of the tree."""

from typing import ClassVar


class TellapartError(Exception):
    """Any other error; the detail says what happened and what to do."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"
