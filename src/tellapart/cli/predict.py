"""`tellapart predict`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from tellapart.cli.context import context_of
from tellapart.errors import SourceNotFound, TellapartError
from tellapart.intake.paths import IMAGE_EXTENSIONS
from tellapart.serving.engine import Answer
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
    failed = False
    with chosen.open() as workspace:
        workspace.registry.champion()
        for path in _files(paths):
            result, text = _answer(workspace, path, top)
            wrong = "error" in result
            failed |= wrong
            if wrong and not chosen.as_json:
                typer.echo(text, err=True)
            else:
                chosen.print(result, text)
    if failed:
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


def _answer(workspace: Workspace, path: Path, top: int) -> tuple[dict[str, Any], str]:
    try:
        answer = workspace.predict(path, top=top)
    except TellapartError as error:
        text = f"{path}: {error}"
        return {"path": str(path), "error": str(error), "code": error.code}, text
    return {"path": str(path), **_as_json(answer)}, f"{path}: {_in_words(answer)}"


def _as_json(answer: Answer) -> dict[str, Any]:
    label, confidence = answer.scores[0]
    return {
        "model_version": answer.model_version,
        "label": label,
        "confidence": confidence,
        "abstained": answer.abstained,
        "abstained_because": answer.abstained_because,
        "distance_score": answer.distance_score,
        "predictions": [{"label": name, "score": score} for name, score in answer.scores],
    }


def _in_words(answer: Answer) -> str:
    scores = ", ".join(f"{name} {score:.1%}" for name, score in answer.scores)
    return f"{scores}{_DOUBTS[answer.abstained_because]}"
