"""`tellapart doctor`."""

import typer

from tellapart.cli.context import context_of
from tellapart.workflows.examine_workspace import examine_workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(context: typer.Context) -> None:
    """Look whether the workspace is whole; exit 1 when something is at fault."""
    chosen = context_of(context)
    found = examine_workspace(chosen.settings)
    lines = [f"{each.state:<8} {each.check:<9} {each.detail}" for each in found.findings]
    chosen.print(found, "\n".join(lines))
    if not found.healthy:
        raise typer.Exit(1)
