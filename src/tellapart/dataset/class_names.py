"""Class names: one spelling of each, and what a page can show."""

import unicodedata
from functools import lru_cache

from tellapart.errors import InvalidClassName

# Controls, halves of characters, and separators of lines and paragraphs: a page cannot show them.
_UNSHOWABLE = ("Cc", "Cs", "Zl", "Zp")


@lru_cache(maxsize=1024)
def clean_class_name(name: str, *, max_length: int) -> str:
    """A class name in Unicode NFC, without white space around it.

    Raises:
        InvalidClassName: it is empty, too long or has characters that cannot be shown.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise InvalidClassName("The class name is empty. Give the folder a name.")
    if not name.isprintable() and any(map(_is_unshowable, name)):
        raise InvalidClassName(
            f"The class name {name[:40]!a} has characters that cannot be shown. Rename the folder."
        )
    if len(name) > max_length:
        raise InvalidClassName(
            f"The class name {name[:40]}… has {len(name)} characters; at most {max_length} are "
            "possible. Shorten the name of the folder."
        )
    return name


def _is_unshowable(character: str) -> bool:
    return unicodedata.category(character) in _UNSHOWABLE
