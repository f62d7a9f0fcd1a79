"""`tellapart insights`."""

from pathlib import Path
from typing import Annotated

import typer

from tellapart.api.schemas.data.insights import DataInsights
from tellapart.cli.context import context_of
from tellapart.cli.data.import_images import issues_in_words
from tellapart.cli.progress import progress
from tellapart.dataset.insights import Insights
from tellapart.store.tables import SPLITS


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("insights")(insights)


def insights(
    context: typer.Context,
    check: Annotated[
        bool,
        typer.Option("--check", help="First look for near-duplicates, wrong labels and outliers."),
    ] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Also write a report to share.")
    ] = None,
) -> None:
    """Print what is in the data set, and what is wrong in it."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        if check:
            with progress() as reporter:
                workspace.check(reporter)
        found = workspace.insights()
        advice = workspace.last_learning_curve()
        if report is not None:
            workspace.write_data_report(report)
    rows = [
        (name, *(f"{counts[split]:,}" for split in SPLITS))
        for name, counts in found.class_splits.items()
    ]
    empty = "There are no labelled pictures yet. `tellapart import FOLDER` brings some in."
    result = DataInsights.of(found, chosen.settings.class_imbalance_threshold)
    chosen.print_table(result, ("class", *SPLITS), rows, empty)
    if rows and not chosen.as_json:
        typer.echo(_in_words(found))
        if advice is not None:
            typer.echo(f"Learning curve (version {advice.dataset_version}): {advice.verdict}")
    if report is not None and not chosen.as_json:
        typer.echo(f"The report is in {report}.")


def _in_words(found: Insights) -> str:
    size = found.dimensions
    issues = issues_in_words(found.issues)
    what = (
        f"{size.total_images:,} pictures, {size.min_width}×{size.min_height} to "
        f"{size.max_width}×{size.max_height} px; {found.unlabeled:,} unlabelled, "
        f"{found.excluded:,} excluded; dataset version {found.dataset_version}"
    )
    lines = [what, f"Issues: {issues}"]
    if found.checked_version is None:
        lines.append("Labels and outliers have not been checked yet: `tellapart insights --check`.")
    elif found.checked_version != found.dataset_version:
        lines.append(
            f"Labels and outliers were checked at version {found.checked_version}; "
            "`tellapart insights --check` looks again."
        )
    if found.label_check is not None:
        lines.append(f"Labels: {found.label_check.verdict}")
    return "\n".join(lines)
