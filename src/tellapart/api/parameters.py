"""Parameters of the query: each is known to its route, and comes once."""

from collections import Counter
from typing import Any, get_origin

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from tellapart.errors import InvalidRequest

# Clients of the earlier systems may send what those did not read.
_CHECKED = "/api/"
# By the id of a route, of which no two have the same.
_KNOWN: dict[str, dict[str, bool]] = {}


async def check_parameters(request: Request) -> None:
    """Refuse what would be ignored: the answer would be to another question.

    Raises:
        RequestValidationError: a parameter is not one of the route.
        InvalidRequest: one came more than once.
    """
    route = request.scope.get("route")
    if not request.url.query or not request.url.path.startswith(_CHECKED):
        return
    if not isinstance(route, APIRoute):
        return
    known = _known(route)
    came = Counter(name for name, _ in request.query_params.multi_items())
    unknown: list[dict[str, Any]] = [
        {"type": "extra_forbidden", "loc": ("query", name), "msg": "", "input": None}
        for name in came
        if name not in known
    ]
    if unknown:
        raise RequestValidationError(unknown)
    for name, count in came.items():
        if count > 1 and not known[name]:
            raise InvalidRequest(
                f"The parameter {name!r} of the query came {count} times. Send it once."
            )


def _known(route: APIRoute) -> dict[str, bool]:
    """The parameters of a route, and whether each may come several times; found once a route."""
    if (known := _KNOWN.get(route.unique_id)) is None:
        known = _KNOWN[route.unique_id] = {
            field.alias: get_origin(field.field_info.annotation) in (list, set, tuple)
            for field in get_flat_params(route.dependant)
        }
    return known
