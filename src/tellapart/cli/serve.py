"""`tellapart serve`."""

import errno
import os
import shlex
import socket
from contextlib import nullcontext
from typing import Annotated

import typer

from tellapart.api.metrics import shared_metrics
from tellapart.cli.context import context_of
from tellapart.errors import InvalidRequest
from tellapart.settings import Settings
from tellapart.workspace import Workspace

_SHUTDOWN_S = 3
_WORKER_START_S = 30


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")] = None,
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
    host, port = settings.host, settings.port
    with Workspace(settings=settings) as workspace:
        if settings.needs_key and workspace.keys.is_empty():
            raise InvalidRequest(_no_key(settings))
    # The other commands need not wait for it.
    import uvicorn

    _check_free(host, port)
    # The server processes read their settings from the environment.
    given = settings.model_copy(update={"require_key": settings.needs_key}).environment()
    os.environ.clear()
    os.environ.update(given)
    typer.echo(f"Tellapart is at http://{host}:{port} (Ctrl+C stops it)", err=True)
    with shared_metrics() if workers > 1 else nullcontext():
        uvicorn.run(
            "tellapart.api.app:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=_SHUTDOWN_S,
            timeout_worker_healthcheck=_WORKER_START_S,
        )


def _no_key(settings: Settings) -> str:
    return (
        f"Who asks at {settings.host} needs a key, and nobody has one yet. Make one first: "
        f"`tellapart -w {shlex.quote(str(settings.workspace))} keys create NAME --scope admin`, or "
        "set TELLAPART_ADMIN_KEY. With `serve --insecure` everybody may do everything."
    )


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InvalidRequest(
                f"Nothing can listen on {host}:{port} ({error.strerror}). {_remedy(error)}"
            ) from error


def _remedy(error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            "That is no address of this machine. With --host, give one that it has, 127.0.0.1 for "
            "itself alone, or 0.0.0.0 for all of its networks."
        )
    if error.errno == errno.EACCES:
        return "Ports under 1024 are for the system. Choose another port with --port."
    return "Stop the program that uses it, or choose another port with --port."
