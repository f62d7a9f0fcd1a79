"""For which names, and for which pages, a server answers.

A page of another origin may send requests to a server on this machine, and a name of another domain
may lead to it (DNS rebinding). Both are told by headers that no script can forge: Host, Origin and
Sec-Fetch-Site.
"""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from tellapart.api.problems.handlers import problem, problem_of
from tellapart.errors import AccessError, HostRefused, InvalidRequest, OriginRefused
from tellapart.settings import Settings, is_loopback

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_SINGLE = (b"host", b"origin", b"authorization", b"sec-fetch-site")
_ANY = "*"
_Headers = dict[bytes, bytes]


class OriginCheck:
    """Middleware that refuses foreign names (421) and what foreign pages ask for (403)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = {name.lower() for name in settings.allowed_hosts}
        self._any_host = _ANY in self._hosts or not (self._hosts or is_loopback(settings.host))
        self._origins = set(settings.allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http":
            # Of a header that comes twice, the first.
            headers = dict(reversed(scope["headers"]))
            if (twice := _twice(scope["headers"])) is not None:
                detail = f"The header {twice} came more than once. Send it once."
                answer = problem(400, "bad_request", InvalidRequest.title, detail)
                await answer(scope, receive, send)
                return
            try:
                self._check_host(_text(headers, b"host") or "")
                self._check_origin(scope["method"], scope["path"], headers)
            except AccessError as error:
                await problem_of(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _check_host(self, host: str) -> None:
        if self._any_host:
            return
        name, loopback = _host_name(host)
        if loopback or name in self._hosts:
            return
        raise HostRefused(
            f"The server is asked under the name {host[:100]!r}, which is none of its own. If that "
            "is right, add the name to TELLAPART_ALLOWED_HOSTS and start the server again."
        )

    def _check_origin(self, method: str, path: str, headers: _Headers) -> None:
        origin = _text(headers, b"origin")
        if origin is None:
            foreign = _text(headers, b"sec-fetch-site") == "cross-site"
            if method in _SAFE_METHODS:
                # A link may lead here; images and scripts of other pages may not.
                opened = _text(headers, b"sec-fetch-dest") == "document"
                foreign = foreign and path.startswith("/api/") and not opened
        elif method in _SAFE_METHODS or {origin, _ANY} & self._origins:
            return  # who may read the answer, CORS says
        else:
            own = (_text(headers, b"host"), _text(headers, b"x-forwarded-host"))
            foreign = _address(origin) not in [_authority(name) for name in own if name]
        if foreign:
            raise OriginRefused(
                f"A page of another origin ({(origin or 'not named')[:100]}) asks for {method} "
                f"{path[:100]}. If it may, add its origin to TELLAPART_ALLOWED_ORIGINS and start "
                "the server again."
            )


def _twice(headers: Sequence[tuple[bytes, bytes]]) -> str | None:
    """A header that comes more than once, and of which a proxy might have read another one."""
    names = [name for name, _ in headers]
    return next((name.decode() for name in _SINGLE if names.count(name) > 1), None)


def _text(headers: _Headers, name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


@lru_cache(maxsize=64)  # a server is asked under few names, and each request brings one
def _host_name(host: str) -> tuple[str, bool]:
    """A Host header without its port, in lower case, and whether that is this machine.

    It is empty when it makes no sense.
    """
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return "", False
    return name, bool(name) and is_loopback(name)


def _address(origin: str) -> str:
    return _authority(origin.partition("://")[2])


def _authority(name: str) -> str:
    """Host and port, without the port that is usual."""
    name = name.strip().lower()
    return name.removesuffix(":80").removesuffix(":443")
