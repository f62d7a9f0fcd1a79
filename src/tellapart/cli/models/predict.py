"""`tellapart predict`."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tellapart.api.schemas.serving.predictions import BatchEntry, BatchPrediction, Prediction
from tellapart.cli.context import context_of, without_controls
from tellapart.errors import SourceNotFound, TellapartError
from tellapart.intake.paths import skip_reason
from tellapart.intake.sources.folder import list_folder
from tellapart.intake.sources.items import RefusedFile
from tellapart.intake.sources.listing import (
    Entry,
    SkippedEntry,
    SourceFile,
    is_image_by_content,
)
from tellapart.workspace import Workspace

_Read = Callable[[], bytes | Path]

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
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Pictures or folders.")],
    top: Annotated[int, typer.Option(min=1, help="How many classes to print.")] = 3,
) -> None:
    """Tell which class is in each image; exit 1 when one of them could not be answered."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        workspace.registry.champion()
        named = [_path(text) for text in paths]
        if chosen.as_json and len(named) == 1 and not named[0].is_dir():
            typer.echo(Prediction.of(workspace.predict(named[0], top=top)).model_dump_json())
            return
        entries = []
        for name, read in _images(named, workspace.settings.max_image_bytes):
            entry = _entry(workspace, name, read, top)
            entries.append(entry)
            if not chosen.as_json:
                typer.echo(without_controls(_in_words(entry)), err=entry.prediction is None)
    if chosen.as_json:
        typer.echo(BatchPrediction(items=entries).model_dump_json())
    if any(entry.prediction is None for entry in entries):
        raise typer.Exit(1)


def _path(text: str) -> Path:
    if not text.strip():  # as a path it would be this folder
        raise SourceNotFound("A path is empty. Name pictures, or folders of them.")
    return Path(text)


def _images(paths: list[Path], limit_bytes: int) -> Iterator[tuple[str, _Read]]:
    """Each image by its name, and how to get it; of folders what an import would take."""
    for path in paths:
        if not path.is_dir():
            yield str(path), partial(_itself, path)
            continue
        found, skipped = False, Counter[str]()
        for entry in list_folder(path, limit_bytes):
            reason = _skip_reason(entry)
            if reason is not None:
                skipped[reason] += 1
            elif isinstance(entry, SourceFile):
                found = True
                yield str(path / entry.name), entry.read
        left_out = ", ".join(f"{count:,} {reason}" for reason, count in sorted(skipped.items()))
        if not found:
            raise SourceNotFound(
                f"There are no pictures in {path} (found: {left_out or 'nothing'}). Name files, or "
                "another folder."
            )
        if left_out:
            typer.echo(f"{path}: skipped {left_out}", err=True)


def _itself(path: Path) -> Path:
    return path


def _skip_reason(entry: Entry) -> str | None:
    if isinstance(entry, SkippedEntry):
        return entry.reason
    if isinstance(entry, RefusedFile):
        return "that cannot be read"
    reason = skip_reason(entry.name)
    return None if reason is None or is_image_by_content(entry, reason) else reason


def _entry(workspace: Workspace, name: str, read: _Read, top: int) -> BatchEntry:
    try:
        return BatchEntry.answered(name, workspace.predict(read(), top=top))
    except TellapartError as error:
        return BatchEntry.refused(name, error)


def _in_words(entry: BatchEntry) -> str:
    found = entry.prediction
    if found is None:
        text = str(entry.error)
        return text if text.startswith(entry.filename) else f"{entry.filename}: {text}"
    scores = ", ".join(f"{each.label} {each.score:.1%}" for each in found.predictions)
    return f"{entry.filename}: {scores}{_DOUBTS[found.abstained_because]}"
