"""`tellapart evaluate`."""

from pathlib import Path
from typing import Annotated

import typer

from tellapart.cli.context import context_of
from tellapart.cli.progress import progress
from tellapart.evaluation.metrics import score_in_words
from tellapart.quality.leaks import leaks_in_words
from tellapart.reports.model_report import Evaluation, ModelReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    context: typer.Context,
    version: Annotated[
        int | None, typer.Argument(help="Model version; by default the champion.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="SOURCE",
            help="Labelled pictures from elsewhere, which are not imported: a folder, a ZIP, or "
            "the name of a data set.",
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Also write a report to share.")
    ] = None,
) -> None:
    """Judge a version, on the current test split or on other images."""
    chosen = context_of(context)
    with chosen.open() as workspace, progress() as reporter:
        judged = workspace.registry.champion() if version is None else version
        found = workspace.evaluate(judged, on=on, report=report, reporter=reporter)
        said = None if on else ModelReport.of_version(workspace.registry.get(judged))
    rows = [
        (
            entry.label,
            *(score_in_words(score) for score in (entry.precision, entry.recall, entry.f1)),
            f"{entry.support:,}",
        )
        for entry in found.per_class
    ]
    columns = ("class", "precision", "recall", "f1", "test pictures")
    chosen.print_table(Evaluation.of(judged, found), columns, rows, "")
    if not chosen.as_json:
        low, high = found.accuracy_interval
        typer.echo(
            f"accuracy {found.accuracy:.2%} (95% interval {low:.1%} to {high:.1%}), "
            f"log loss {found.log_loss:.4f}, ECE {found.ece:.3f}"
        )
        leaks = (None, None) if said is None else (said.leaks, said.leak_check)
        typer.echo(leaks_in_words(*leaks, found.total))
        if report is not None:
            typer.echo(f"The report is in {report}.")
