"""`tellapart models`: list, show, card, mistakes, compare, promote, rollback, export."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from tellapart.api.schemas.models import model_versions as schemas
from tellapart.api.schemas.models.model_reports import MistakePage, ModelComparison
from tellapart.cli.context import context_of
from tellapart.cli.progress import progress
from tellapart.jobs.contracts import ExportFormat
from tellapart.quality.leaks import leaks_in_words
from tellapart.registry.versions import RegisteredModel
from tellapart.reports.model_report import ModelReport
from tellapart.store.named_files import write_named
from tellapart.store.tables import Promotion
from tellapart.workflows.models.list_mistakes import list_mistakes

app = typer.Typer(
    help="Model versions: list, show, compare, promote, rollback, export.", no_args_is_help=True
)

Version = Annotated[int, typer.Argument(help="Number of the version.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the audit.")]


@app.command("list")
def list_models(context: typer.Context) -> None:
    """All versions, newest first."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        models = workspace.models()
    rows = [
        (
            str(model.row.version), ", ".join(model.aliases), model.row.recipe,
            f"{model.row.metrics['accuracy']:.2%}", f"{model.row.metrics['f1_macro']:.3f}",
            _leaks(model),
            str(model.row.dataset_version), f"{model.row.created_at:%Y-%m-%d %H:%M}",
        )
        for model in models
    ]  # fmt: skip
    columns = (
        "version",
        "alias",
        "recipe",
        "accuracy",
        "macro F1",
        "leaks",
        "data",
        "trained (UTC)",
    )
    empty = "There are no models yet. `tellapart train` makes one."
    chosen.print_table(schemas.ModelPage.of(models), columns, rows, empty)


@app.command("show")
def show(context: typer.Context, version: Version) -> None:
    """The numbers of a version, how it was trained, and its files."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        model = workspace.registry.get(version)
    chosen.print(schemas.Model.of(model), "\n".join(_in_words(model)))


@app.command("card")
def card(
    context: typer.Context,
    version: Version,
    out: Annotated[Path | None, typer.Option(help="File to write, instead of printing.")] = None,
) -> None:
    """The model card, as Markdown: data, numbers, limits, use."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        text = workspace.model_card(version)
    if out is None:
        chosen.print({"card": text}, text)
        return
    write_named(out, text)
    chosen.print({"path": str(out)}, f"{out}: {len(text):,} characters")


@app.command("mistakes")
def mistakes(
    context: typer.Context,
    version: Version,
    label: Annotated[str | None, typer.Option(help="Only of this class.")] = None,
    predicted: Annotated[str | None, typer.Option(help="Only taken for this class.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
) -> None:
    """Test images that a version got wrong, the surest first."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        page, total = list_mistakes(
            workspace.storage, version, label=label, predicted=predicted, limit=limit
        )
    rows = [
        (
            str(each.image_id), each.label, each.predicted, f"{each.confidence:.1%}",
            "excluded" if each.excluded else each.current_label or "none",
        )
        for each in page.items
    ]  # fmt: skip
    columns = ("picture", "class", "predicted", "confidence", "class today")
    chosen.print_table(MistakePage.of(page, total), columns, rows, "No mistakes.")


@app.command("compare")
def compare(
    context: typer.Context,
    version: Version,
    other: Annotated[int, typer.Argument(help="Number of another version.")],
) -> None:
    """Two versions on the test images that both know."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        found = workspace.compare(version, other)
    rows = [
        (metric.name.replace("_", " "), *(f"{value:.4f}" for value in metric.values))
        for metric in found.metrics
    ]
    columns = (f"{found.images:,} pictures", f"version {version}", f"version {other}")
    chosen.print_table(ModelComparison.of(found), columns, rows, "")
    if not chosen.as_json:
        test = found.mcnemar
        typer.echo(
            f"Only version {version} is right on {test.only_first:,}, only version {other} on "
            f"{test.only_second:,}. {found.verdict}"
        )


@app.command("promote")
def promote(context: typer.Context, version: Version, reason: Reason = "") -> None:
    """Put a version into service; running servers follow within a second."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        _print_change(context, workspace.promote(version, reason))


@app.command("rollback")
def rollback(context: typer.Context, reason: Reason = "") -> None:
    """Put the champion before this one back into service."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        _print_change(context, workspace.rollback(reason))


@app.command("export")
def export(
    context: typer.Context,
    version: Version,
    export_format: Annotated[ExportFormat, typer.Option("--format", help="Kind of file.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
) -> None:
    """Write a version as a file."""
    chosen = context_of(context)
    with chosen.open() as workspace, progress() as reporter:
        size = workspace.export(version, export_format, out, reporter)
    chosen.print(
        {"path": str(out), "format": export_format, "size_bytes": size},
        f"{out}: {size:,} bytes",
    )


def _print_change(context: typer.Context, change: Promotion) -> None:
    before = "no version" if change.from_version is None else f"version {change.from_version}"
    text = f"Version {change.to_version} is in service now, after {before}."
    context_of(context).print(schemas.Promotion.model_validate(change), text)


def _leaks(model: RegisteredModel) -> str:
    count = model.row.report.get("leaks")
    return "not checked" if count is None else f"{count:,}"


def _in_words(model: RegisteredModel) -> Iterator[str]:
    row, report = model.row, ModelReport.of_version(model)
    metrics = report.metrics
    yield " ".join([f"Version {row.version}", *(f"({alias})" for alias in model.aliases)])
    yield f"recipe: {row.recipe}{f', backbone {row.backbone}' if row.backbone else ''}"
    yield f"trained: {row.created_at:%Y-%m-%d %H:%M} UTC on dataset version {row.dataset_version}"
    yield f"classes ({len(row.class_names)}): {', '.join(row.class_names)}"
    yield (
        f"accuracy: {metrics.accuracy:.2%} (95% interval {metrics.accuracy_low:.1%} to "
        f"{metrics.accuracy_high:.1%}, {metrics.total:,} test pictures)"
    )
    yield (
        f"macro F1: {metrics.f1_macro:.3f}, log loss: {metrics.log_loss:.4f}, "
        f"ECE: {metrics.ece:.3f}"
    )
    if report.held_out:
        yield f"of validation and train, left out in turn: {report.held_out}"
    yield leaks_in_words(report.leaks, report.leak_check, metrics.total)
    if report.left_out:
        yield f"left out, without training pictures: {', '.join(report.left_out)}"
    if found := report.threshold:
        yield (
            f"abstains below {found.value:.3f}: {found.precision:.1%} of the answers given are "
            f"right, {found.coverage:.1%} of the pictures get one (measured on "
            f"{found.pictures or 'the validation'} pictures not learned from)"
        )
        for cost in found.costs:
            yield (
                f"  for {cost.target_precision:.0%} right: below {cost.threshold:.3f}, "
                f"{cost.coverage:.1%} of the pictures get an answer"
            )
    for each in report.weakest_classes:
        yield f"weak: {each.label}, recall {each.recall:.1%} of {each.support}"
    for pair in report.confused_pairs[:5]:
        yield f"confused: {pair.label} taken for {pair.predicted}, {pair.count} times"
    if report.brought_nothing:
        yield f"training: {report.brought_nothing.reason}"
    parameters = ", ".join(f"{name} {value}" for name, value in sorted(row.parameters.items()))
    yield f"parameters: {parameters}"
    files = ", ".join(f"{file.format} {file.size_bytes:,} bytes" for file in model.artifacts)
    yield f"files: {files}"
