"""Jinja templates of the reports: one HTML file each, no script, no outside address."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tellapart.evaluation.metrics import score_in_words
from tellapart.images.thumbnails import media_type

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, **values: object) -> str:
    """A template of `templates/`, filled in; what ends with `.html` is escaped."""
    return _environment().get_template(template).render(now=datetime.now(UTC), **values)


def _environment() -> "Environment":
    # No server or job that writes no report has to load it.
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("tellapart.reports"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "data_address": _data_address,
        "count": _count,
        "number": _number,
        "score": score_in_words,
    }
    return environment


def _data_address(image: bytes) -> str:
    return f"data:{media_type(image)};base64,{b64encode(image).decode()}"


def _number(value: float) -> str:
    """With thin separators, as the page has them."""
    return f"{value:,}"


def _count(number: int, noun: str) -> str:
    plural = "es" if noun.endswith("s") else "s"
    return f"{number:,} {noun}{'' if number == 1 else plural}"
