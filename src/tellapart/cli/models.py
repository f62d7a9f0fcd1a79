"""`tellapart models`: list, show, promote, rollback, export."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tellapart.cli.context import context_of
from tellapart.cli.progress import progress
from tellapart.registry.versions import RegisteredModel
from tellapart.store.tables import Promotion

app = typer.Typer(
    help="Model versions: list, show, promote, rollback, export.", no_args_is_help=True
)

Version = Annotated[int, typer.Argument(help="Number of the version.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the audit.")]


class FormatChoice(StrEnum):
    """Kinds of model files."""

    onnx = "onnx"
    keras = "keras"
    h5 = "h5"


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
            str(model.row.dataset_version), f"{model.row.created_at:%Y-%m-%d %H:%M}",
        )
        for model in models
    ]  # fmt: skip
    columns = ("version", "alias", "recipe", "accuracy", "macro F1", "data", "trained (UTC)")
    empty = "There are no models yet. `tellapart train` makes one."
    chosen.print_table([_as_json(model) for model in models], columns, rows, empty)


@app.command("show")
def show(context: typer.Context, version: Version) -> None:
    """All that is known of a version."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        found = _as_json(workspace.registry.get(version))
    chosen.print(found, "\n".join(f"{key}: {value}" for key, value in found.items()))


@app.command("promote")
def promote(context: typer.Context, version: Version, reason: Reason = "Promoted by hand.") -> None:
    """Put a version into service; running servers follow within a second."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        _print_change(context, workspace.promote(version, reason))


@app.command("rollback")
def rollback(context: typer.Context, reason: Reason = "Rolled back by hand.") -> None:
    """Put the champion before this one back into service."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        _print_change(context, workspace.rollback(reason))


@app.command("export")
def export(
    context: typer.Context,
    version: Version,
    export_format: Annotated[FormatChoice, typer.Option("--format", help="Kind of file.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
) -> None:
    """Write a version as a file."""
    chosen = context_of(context)
    with chosen.open() as workspace, progress() as monitor:
        size = workspace.export(version, export_format.value, out, monitor)
    chosen.print(
        {"path": str(out), "format": export_format.value, "size_bytes": size},
        f"{out}: {size:,} bytes",
    )


def _print_change(context: typer.Context, change: Promotion) -> None:
    result = {
        "action": change.action,
        "from_version": change.from_version,
        "to_version": change.to_version,
        "reason": change.reason,
    }
    before = "no version" if change.from_version is None else f"version {change.from_version}"
    text = f"Version {change.to_version} is in service now, after {before}."
    context_of(context).print(result, text)


def _as_json(model: RegisteredModel) -> dict[str, Any]:
    row = model.row
    return {
        "version": row.version,
        "aliases": list(model.aliases),
        "recipe": row.recipe,
        "backbone": row.backbone,
        "dataset_version": row.dataset_version,
        "class_names": row.class_names,
        "parameters": row.parameters,
        "metrics": row.metrics,
        "artifacts": {file.format: file.size_bytes for file in model.artifacts},
        "created_at": row.created_at,
    }
