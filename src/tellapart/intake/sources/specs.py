"""What users type for a data set: `builtin:digits`, `cifar10`, `kaggle:…`, `hf:…`, or a path."""

import re
from pathlib import Path

from tellapart.errors import SourceNotFound

KNOWN = (
    "a folder of pictures, a ZIP or tar file, or builtin:digits, cifar10, fashion-mnist, "
    "cats-vs-dogs, kaggle:owner/name or hf:owner/name"
)
PUBLISHED = ("cifar10", "fashion-mnist", "cats-vs-dogs")
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(/versions/[0-9]+)?", re.ASCII)


def split_spec(spec: str) -> tuple[str, str]:
    """The scheme of a spec and what follows its colon: `hf:a/b` is `("hf", "a/b")`.

    `builtin:cifar10` is `cifar10`. A path has a scheme too, if it has a colon; nobody knows it.
    """
    scheme, _, rest = spec.partition(":")
    return (rest, "") if scheme == "builtin" and rest in PUBLISHED else (scheme, rest)


def is_hub_name(name: str) -> bool:
    """Whether this can be the name of a data set on a hub: `owner/name`."""
    return len(name) <= 200 and _HUB_NAME.fullmatch(name) is not None and ".." not in name


def is_remote(spec: str) -> bool:
    """Whether a spec names a data set without any path of this machine.

    Only such specs may come from another machine.
    """
    scheme, rest = split_spec(spec)
    if scheme in PUBLISHED:
        return not rest and spec in (scheme, f"builtin:{scheme}")
    return is_hub_name(rest) if scheme in ("kaggle", "hf") else spec == "builtin:digits"


def resolve_spec(spec: str | Path) -> str:
    """The same data set for a process in another folder: paths become absolute.

    What exists in this folder comes before a data set of that name.

    Raises:
        SourceNotFound: it is empty, which as a path would be this folder.
    """
    if not str(spec).strip():
        raise SourceNotFound(f"There is no data set {str(spec)!r}. Give {KNOWN}.")
    try:
        if Path(spec).exists():
            return str(Path(spec).absolute())
    except OSError:  # too long for a path
        return str(spec)
    scheme, rest = split_spec(str(spec))
    return f"{scheme}:{Path(rest).absolute()}" if scheme in PUBLISHED and rest else str(spec)
