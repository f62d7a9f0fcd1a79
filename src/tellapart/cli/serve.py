"""`tellapart serve`."""

import os
import socket
from typing import Annotated

import typer

from tellapart.cli.context import context_of
from tellapart.errors import InvalidRequest
from tellapart.settings import Settings

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
) -> None:
    """Serve the page and the API."""
    chosen = context_of(context)
    # A workspace that cannot be used is said in one line, before a server tries to start.
    chosen.open().close()
    settings = chosen.settings
    run_server(settings, host or settings.host, port or settings.port, workers)


def run_server(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until interrupted.

    Raises:
        InvalidRequest: the address cannot be listened on.
    """
    # The other commands need not wait for it.
    import uvicorn

    _check_free(host, port)
    # The server processes read their settings from the environment.
    os.environ["TELLAPART_WORKSPACE"] = str(settings.workspace.absolute())
    typer.echo(f"Tellapart is at http://{host}:{port} (Ctrl+C stops it)", err=True)
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


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InvalidRequest(
                f"Nothing can listen on {host}:{port} ({error.strerror}). "
                "Stop the program that uses it, or choose another port with --port."
            ) from error
