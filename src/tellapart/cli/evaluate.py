"""`tellapart evaluate`."""

from typing import Annotated

import typer

from tellapart.cli.context import context_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    context: typer.Context,
    version: Annotated[
        int | None, typer.Argument(help="Model version; by default the champion.")
    ] = None,
) -> None:
    """Judge a version on the current test split."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        report = workspace.evaluate(version)
    rows = [
        (
            entry.label,
            f"{entry.precision:.3f}",
            f"{entry.recall:.3f}",
            f"{entry.f1:.3f}",
            f"{entry.support:,}",
        )
        for entry in report.per_class
    ]
    columns = ("class", "precision", "recall", "f1", "test pictures")
    chosen.print_table(report.to_json(), columns, rows, "")
    if not chosen.as_json:
        low, high = report.accuracy_interval
        typer.echo(
            f"accuracy {report.accuracy:.2%} (95% interval {low:.1%} to {high:.1%}), "
            f"log loss {report.log_loss:.4f}, ECE {report.ece:.3f}"
        )
