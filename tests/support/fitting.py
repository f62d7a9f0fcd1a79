"""The type of the fixture `fitting` of the browser tests."""

from collections.abc import Callable
from contextlib import AbstractContextManager

# Width in pixels and theme; a block in which a page is opened.
Fitting = Callable[[int, str], AbstractContextManager[None]]
