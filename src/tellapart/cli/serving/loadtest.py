"""`tellapart loadtest`."""

from pathlib import Path
from typing import Annotated

import typer

from tellapart.cli.context import context_of
from tellapart.cli.progress import progress
from tellapart.jobs.load_tests import EndpointLoad, LoadTestResult, Scenario
from tellapart.store.named_files import write_named
from tellapart.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("loadtest")(loadtest)


def loadtest(
    context: typer.Context,
    url: Annotated[
        str | None,
        typer.Option(help="The server; by default the one of the settings.", show_default="own"),
    ] = None,
    scenario: Annotated[
        Scenario,
        typer.Option(
            help="classic: two predictions to one look at the data, with pauses; predict: "
            "predictions without a pause; all: what the page asks for."
        ),
    ] = "classic",
    users: Annotated[int, typer.Option(min=1, max=1000, help="How many at the same time.")] = 20,
    spawn_rate: Annotated[
        float, typer.Option(min=0.1, max=1000, help="How many of them come in a second.")
    ] = 5,
    duration: Annotated[str, typer.Option(help="How long: 30s, 5m, up to 1h.")] = "60s",
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write Locust's report here too.")
    ] = None,
    any_host: Annotated[
        bool, typer.Option("--any-host", help="Also a server that is not on this machine.")
    ] = False,
) -> None:
    """Find out how many people a running server can answer; needs Locust."""
    chosen = context_of(context)
    settings = chosen.settings
    with chosen.open() as workspace, progress() as reporter:
        result = workspace.load_test(
            url=url or f"http://127.0.0.1:{settings.port}",
            scenario=scenario,
            users=users,
            spawn_rate=spawn_rate,
            duration=duration,
            any_host=any_host,
            reporter=reporter,
        )
        if report is not None:
            _write_report(workspace, result, report)
    chosen.print(result, _in_words(result))


def _write_report(workspace: Workspace, result: LoadTestResult, path: Path) -> None:
    write_named(path, workspace.storage.blobs.read(result.report_hash).decode())


def _in_words(result: LoadTestResult) -> str:
    lines = [_line(load) for load in (*result.endpoints, result.total)]
    errors = [f"{each.count}x {each.method} {each.name}: {each.error}" for each in result.errors]
    return "\n".join([*lines, *errors])


def _line(load: EndpointLoad) -> str:
    share = load.failures / load.requests
    name = f"{load.method} {load.name}".strip()
    return (
        f"{name}: {load.requests:,} requests, {load.failures:,} failed ({share:.1%}), "
        f"{load.requests_per_second:.1f} a second, p50 {load.p50_ms:.0f} ms, "
        f"p95 {load.p95_ms:.0f} ms, p99 {load.p99_ms:.0f} ms"
    )
