"""`tellapart backup` and `tellapart restore`."""

from pathlib import Path
from typing import Annotated

import typer

from tellapart.cli.context import context_of
from tellapart.cli.progress import progress
from tellapart.workflows.back_up_workspace import back_up_workspace
from tellapart.workflows.restore_workspace import restore_workspace


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write, such as pets.backup.zip.")],
) -> None:
    """Write all of the workspace to one file; a server may run meanwhile."""
    chosen = context_of(context)
    with progress() as reporter:
        found = back_up_workspace(chosen.settings, file, reporter)
    text = (
        f"{found.file}: {found.images:,} pictures, {found.model_versions:,} versions of the model "
        f"and {found.files:,} files in {found.size_bytes / 1024**2:,.1f} MB"
    )
    if found.missing:
        text += (
            f"\n{len(found.missing):,} stored files are missing or damaged, and are not in it: see "
            "`tellapart doctor`."
        )
    chosen.print(found, text)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `tellapart backup` wrote.")],
) -> None:
    """Fill a new or empty workspace from a backup."""
    chosen = context_of(context)
    with progress() as reporter:
        found = restore_workspace(chosen.settings, file, reporter)
    chosen.print(
        found,
        f"{found.workspace}: {found.images:,} pictures and {found.model_versions:,} versions "
        f"of the model, as they were at {found.written_at:%Y-%m-%d %H:%M} UTC",
    )
