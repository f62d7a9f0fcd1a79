"""`tellapart serve`."""

import errno
import http.client
import os
import shlex
import socket
import threading
import time
from typing import Annotated

import typer

from tellapart.api.metrics import shared_metrics
from tellapart.cli.context import context_of
from tellapart.errors import InvalidRequest
from tellapart.settings import Settings
from tellapart.workspace import Workspace

_SHUTDOWN_S = 3
_WORKER_START_S = 30
_ANNOUNCE_POLL_S = 0.05


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 is any that is free.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Server processes.")] = 1,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Let everybody do everything, without a key.")
    ] = False,
) -> None:
    """Serve the page and the API."""
    given = {"host": host, "port": port, "require_key": False if insecure else None}
    changes = {name: value for name, value in given.items() if value is not None}
    settings = context_of(context).settings.model_copy(update=changes)
    run_server(settings, workers)


def run_server(settings: Settings, workers: int) -> None:
    """Serve until interrupted.

    Raises:
        WorkspaceUnusable: the workspace cannot be used; that is said before a server starts.
        InvalidRequest: the address cannot be listened on, or nobody has the key that is needed.
    """
    with Workspace(settings=settings) as workspace:
        if settings.needs_key and workspace.keys.is_empty():
            raise InvalidRequest(_no_key(settings))
    # The other commands need not wait for it.
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    listener = _listen(settings.host, settings.port)
    port: int = listener.getsockname()[1]
    # The server processes read their settings from the environment.
    changes = {"require_key": settings.needs_key, "port": port}
    given = settings.model_copy(update=changes).environment()
    os.environ.clear()
    os.environ.update(given)
    config = uvicorn.Config(
        "tellapart.api.app:create_app",
        factory=True,
        http="tellapart.api.http_protocol:BoundedHttpProtocol",
        ws="none",
        workers=workers,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_SHUTDOWN_S,
        timeout_worker_healthcheck=_WORKER_START_S,
    )
    threading.Thread(target=_announce, args=(settings.host, port), daemon=True).start()
    if workers == 1:
        uvicorn.Server(config).run(sockets=[listener])
        return
    with shared_metrics():
        Multiprocess(config, sockets=[listener]).run()


def _announce(host: str, port: int) -> None:
    """Say where the server is, once it answers."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    while True:
        try:
            connection = http.client.HTTPConnection(own, port, timeout=_WORKER_START_S)
            connection.request("GET", "/livez", headers={"Host": "127.0.0.1"})
            connection.getresponse().close()
            break
        except OSError:
            time.sleep(_ANNOUNCE_POLL_S)
    name = f"[{host}]" if ":" in host else host
    typer.echo(f"Tellapart is at http://{name}:{port} (Ctrl+C stops it)", err=True)


def _no_key(settings: Settings) -> str:
    return (
        f"Who asks at {settings.host} needs a key, and nobody has one yet. Make one first: "
        f"`tellapart -w {shlex.quote(str(settings.workspace))} keys create NAME --scope admin`, or "
        "set TELLAPART_ADMIN_KEY. With `serve --insecure` everybody may do everything."
    )


def _listen(host: str, port: int) -> socket.socket:
    """A socket that is bound to an address, for all server processes."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise InvalidRequest(
            f"Nothing can listen on {host}:{port} ({error.strerror}). {_remedy(error)}"
        ) from error
    listener.set_inheritable(True)
    return listener


def _remedy(error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            "That is no address of this machine. With --host, give one that it has, 127.0.0.1 for "
            "itself alone, or 0.0.0.0 for all of its networks."
        )
    if error.errno == errno.EACCES:
        return "Ports under 1024 are for the system. Choose another port with --port."
    return "Stop the program that uses it, or choose another port with --port."
