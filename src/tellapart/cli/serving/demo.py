"""`tellapart demo`: from nothing to a served model."""

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tellapart.cli.context import Context, context_of
from tellapart.cli.data import import_images
from tellapart.cli.models import train
from tellapart.cli.progress import progress
from tellapart.cli.serving.serve import run_server
from tellapart.workspace import Workspace


class DatasetChoice(StrEnum):
    """Data sets that the demo knows."""

    digits = "digits"
    cifar10 = "cifar10"
    fashion_mnist = "fashion-mnist"
    cats_vs_dogs = "cats-vs-dogs"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    context: typer.Context,
    dataset: Annotated[
        DatasetChoice, typer.Option(help="What to tell apart.")
    ] = DatasetChoice.digits,
    archive: Annotated[
        Path | None,
        typer.Option("--from", help="The data set: its original files, or a folder or ZIP."),
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop after the training.")] = False,
) -> None:
    """Import, train and serve; what is there already is kept."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        _prepare(chosen, workspace, _source(dataset, archive))
    if not no_serve:
        settings = chosen.settings
        run_server(settings.model_copy(update={"port": port or settings.port}), workers=1)


def _source(dataset: DatasetChoice, archive: Path | None) -> str:
    """What to import, as `open_source` understands it."""
    if dataset is DatasetChoice.digits:
        return "builtin:digits" if archive is None else str(archive)
    return dataset.value if archive is None else f"{dataset.value}:{archive}"


def _prepare(chosen: Context, workspace: Workspace, source: str) -> None:
    began = time.monotonic()
    if workspace.insights().dataset_version is None:
        with progress() as reporter:
            imported = workspace.import_images(source, reporter=reporter)
        typer.echo(import_images.describe(imported), err=True)
    if workspace.champion() is None:
        with progress() as reporter:
            trained = workspace.train(reporter=reporter)
        typer.echo(train.describe(workspace, trained), err=True)
    seconds = time.monotonic() - began
    text = f"Model version {workspace.champion()} is in service, after {seconds:.1f} s."
    chosen.print({"champion": workspace.champion(), "seconds": round(seconds, 2)}, text)
