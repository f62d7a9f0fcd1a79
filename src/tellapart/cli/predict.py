"""`tellapart predict`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from tellapart.api.schemas.predictions import BatchEntry, BatchPrediction, Prediction
from tellapart.cli.context import context_of
from tellapart.errors import SourceNotFound, TellapartError
from tellapart.intake.paths import IMAGE_EXTENSIONS
from tellapart.workspace import Workspace

_DOUBTS = {
    None: "",
    "low_confidence": " (not sure)",
    "unlike_training_data": " (unlike the training pictures)",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("predict")(predict)


def predict(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Pictures or folders.")],
    top: Annotated[int, typer.Option(min=1, help="How many classes to print.")] = 3,
) -> None:
    """Tell which class is in each image; exit 1 when one of them could not be answered."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        workspace.registry.champion()
        if chosen.as_json and len(paths) == 1 and not paths[0].is_dir():
            typer.echo(Prediction.of(workspace.predict(paths[0], top=top)).model_dump_json())
            return
        entries = []
        for path in _files(paths):
            entry = _entry(workspace, path, top)
            entries.append(entry)
            if not chosen.as_json:
                typer.echo(_in_words(entry), err=entry.prediction is None)
    if chosen.as_json:
        typer.echo(BatchPrediction(items=entries).model_dump_json())
    if any(entry.prediction is None for entry in entries):
        raise typer.Exit(1)


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(
            file
            for file in path.rglob("*")
            if file.suffix.lower() in IMAGE_EXTENSIONS and not file.name.startswith(".")
        )
        if not found:
            raise SourceNotFound(f"There are no pictures in {path}. Name files, or another folder.")
        yield from found


def _entry(workspace: Workspace, path: Path, top: int) -> BatchEntry:
    try:
        return BatchEntry.answered(str(path), workspace.predict(path, top=top))
    except TellapartError as error:
        return BatchEntry.refused(str(path), error)


def _in_words(entry: BatchEntry) -> str:
    found = entry.prediction
    if found is None:
        return f"{entry.filename}: {entry.error}"
    scores = ", ".join(f"{each.label} {each.score:.1%}" for each in found.predictions)
    return f"{entry.filename}: {scores}{_DOUBTS[found.abstained_because]}"
