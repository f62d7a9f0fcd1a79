"""`tellapart insights`."""

from dataclasses import asdict

import typer

from tellapart.cli.context import context_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("insights")(insights)


def insights(context: typer.Context) -> None:
    """Print what is in the data set."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        found = workspace.insights()
    rows = [
        (name, *(f"{counts[split]:,}" for split in ("train", "validation", "test")))
        for name, counts in found.class_splits.items()
    ]
    empty = "There are no labelled pictures yet. `tellapart import FOLDER` brings some in."
    chosen.print_table(asdict(found), ("class", "train", "validation", "test"), rows, empty)
    if rows and not chosen.as_json:
        size = found.dimensions
        typer.echo(
            f"{size['total_images']:,} pictures, {size['min_width']}×{size['min_height']} to "
            f"{size['max_width']}×{size['max_height']} px; {found.unlabeled:,} unlabelled, "
            f"{found.issues['quarantined']:,} quarantined; dataset version {found.dataset_version}"
        )
