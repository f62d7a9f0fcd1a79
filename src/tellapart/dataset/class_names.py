"""Class names: one spelling of each, and what a page can show."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from tellapart.errors import InvalidClassName

# Controls, halves of characters, and separators of lines and paragraphs: a page cannot show them.
_UNSHOWABLE = ("Cc", "Cs", "Zl", "Zp")
# They turn the direction of what is written around them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Joiners, marks of direction and the like: within a word they have their use.
_INVISIBLE = ("Cf", "Zs")


_NUMBER = re.compile(r"(\d+)")


def natural_key(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    """What to sort class names by: numbers in them by their size, so 2 comes before 10."""
    parts = [
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part.casefold())
        for part in _NUMBER.split(name)
        if part
    ]
    return parts, name


def twin_names(names: Iterable[str]) -> list[list[str]]:
    """Names that differ only in upper and lower case, white space or signs: `Cat` and `cat.`."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(set(names), key=natural_key):
        letters = "".join(sign for sign in name.casefold() if sign.isalnum())
        if letters:
            alike[letters].append(name)
    return [twins for twins in alike.values() if len(twins) > 1]


@lru_cache(maxsize=1024)
def clean_class_name(name: str, *, max_length: int) -> str:
    """A class name in Unicode NFC, without white space around it.

    Raises:
        InvalidClassName: it is empty, too long or has characters that cannot be shown.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise InvalidClassName("The class name is empty. Give the class a name, such as cat.")
    if not name.isprintable() and (any(map(_is_unshowable, name)) or all(map(_is_invisible, name))):
        raise InvalidClassName(
            f"The class name {name[:40]!a} has characters that cannot be shown. Choose "
            "another name."
        )
    if len(name) > max_length:
        raise InvalidClassName(
            f"The class name {name[:40]}… has {len(name)} characters; at most {max_length} are "
            "possible. Choose a shorter one."
        )
    return name


def _is_unshowable(character: str) -> bool:
    return unicodedata.category(character) in _UNSHOWABLE or character in _TURNING


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE
