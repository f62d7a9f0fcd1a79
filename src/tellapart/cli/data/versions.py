"""`tellapart versions`: list, diff, restore."""

from typing import Annotated

import typer

from tellapart.api.schemas.data.dataset_versions import (
    DatasetDiff,
    DatasetVersion,
    DatasetVersionPage,
)
from tellapart.cli.context import context_of
from tellapart.store.pages import Page

app = typer.Typer(help="Versions of the data set: list, diff, restore.", no_args_is_help=True)

Version = Annotated[int, typer.Argument(help="Number of the version.")]


@app.command("list")
def list_versions(context: typer.Context) -> None:
    """All versions, newest first: who changed what, and why."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        versions = workspace.dataset_versions()
    current = versions[0].id if versions else 0
    found = DatasetVersionPage.of(Page(versions, None), current)
    rows = [
        (
            str(one.id), f"{one.images:,}", str(one.classes), one.author,
            f"{one.created_at:%Y-%m-%d %H:%M}", one.reason,
        )
        for one in found.items
    ]  # fmt: skip
    columns = ("version", "pictures", "classes", "by", "made (UTC)", "why")
    empty = "There are no versions yet. `tellapart import FOLDER` makes the first one."
    chosen.print_table(found, columns, rows, empty)


@app.command("diff")
def diff(context: typer.Context, version: Version, other: Version) -> None:
    """What changed from one version to another."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        found = workspace.diff(version, other)
    counts = ", ".join(f"{count:,} {kind}" for kind, count in found.counts.items())
    result = DatasetDiff.of(version, other, found)
    chosen.print(result, counts or "Both have the same content.")


@app.command("restore")
def restore(
    context: typer.Context,
    version: Version,
    reason: Annotated[str, typer.Option(help="Why; kept with the version.")] = "",
) -> None:
    """Make a new version with the content of an earlier one."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        current = workspace.restore(version, reason)
    text = f"The data set is as in version {version} again; that is version {current.id} now."
    chosen.print(DatasetVersion.of(current, current.id), text)
