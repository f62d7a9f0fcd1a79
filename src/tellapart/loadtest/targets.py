"""Which servers may be put under load."""

import ipaddress
import urllib.request
from urllib.parse import urlsplit

from tellapart.errors import ForeignTarget, InvalidRequest, TargetUnreachable

_TIMEOUT_S = 5.0


def check_target(url: str, *, any_host: bool = False) -> str:
    """The address of a server that may be put under load, without a slash at its end.

    A name other than `localhost` is foreign, whatever it resolves to: that may change meanwhile.

    Raises:
        InvalidRequest: it is no address of a server.
        ForeignTarget: it is not on this machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.username:
        raise InvalidRequest(
            f"{url[:100]!r} is no address of a server. Write it like http://127.0.0.1:8000."
        )
    if not any_host and not _is_loopback(host):
        raise ForeignTarget(
            f"{host[:100]} is not this machine. A load test of somebody else's server is an "
            "attack; for one of your own, run `tellapart loadtest --any-host`."
        )
    return url.rstrip("/")


def check_alive(url: str) -> None:
    """See that a server answers.

    Raises:
        TargetUnreachable: none does.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/livez", timeout=_TIMEOUT_S):
            return
    except OSError as error:
        reason = getattr(error, "reason", None) or error
        raise TargetUnreachable(
            f"No Tellapart server answers at {url}/livez ({reason}). Start it, or name another "
            "with --url. For workers on another machine the server needs TELLAPART_LOADTEST_URL."
        ) from error


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
