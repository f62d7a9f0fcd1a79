"""Who may ask what, on a server that needs keys."""

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from tellapart.access.keys import Bearer
from tellapart.api.scopes import scope_of
from tellapart.api.services import Services
from tellapart.errors import KeyRefused, ScopeTooSmall
from tellapart.settings import Settings

_METRICS = "GET /metrics"
_HOW = (
    "Send one as `Authorization: Bearer KEY`, or sign in on the page. Whoever runs the server "
    "makes them with `tellapart keys create NAME --scope predict`."
)


async def check_access(request: Request) -> None:
    """Let a request through to its route, or not.

    Raises:
        KeyRefused: it brings no key, or one that is not good.
        ScopeTooSmall: its key is not good for this route.
    """
    services: Services = request.app.state.services
    settings = services.storage.settings
    if not settings.needs_key:
        return
    method = "GET" if request.method == "HEAD" else request.method
    route = f"{method} {request.scope['route'].path}"
    needed = scope_of(route)
    if needed is None or (route == _METRICS and settings.public_metrics):
        return
    bearer = await find_bearer(request, services)
    if not bearer.may(needed):
        raise ScopeTooSmall(
            f"The key {bearer.name!r} has the scope {bearer.scope}; this needs {needed}. Whoever "
            f"runs the server makes one with `tellapart keys create NAME --scope {needed}`."
        )


async def find_bearer(request: Request, services: Services) -> Bearer:
    """Who sends a request.

    Raises:
        KeyRefused: it brings no key, or one that is not good.
    """
    key = _bearer_key(request) or request.cookies.get(cookie_name(services.storage.settings))
    if not key:
        raise KeyRefused(f"This server answers only those who have a key. {_HOW}")
    return await check_key(services, key)


async def check_key(services: Services, key: str) -> Bearer:
    """Who holds a key.

    Raises:
        KeyRefused: it is none of this server, or was revoked.
    """
    bearer = await run_in_threadpool(services.keys.find, key)
    if bearer is None:
        raise KeyRefused(
            "The key is none of this server, or was revoked. Check that it came whole; whoever "
            "runs the server makes a new one with `tellapart keys create NAME --scope predict`."
        )
    return bearer


def cookie_name(settings: Settings) -> str:
    """The cookie of the page: browsers keep one for all ports of a machine."""
    return f"tellapart_key_{settings.port}"


def _bearer_key(request: Request) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""
