"""`tellapart feedback`."""

from typing import Annotated

import typer

from tellapart.api.schemas.serving.prediction_log import Feedback
from tellapart.cli.context import context_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("feedback")(feedback)


def feedback(
    context: typer.Context,
    prediction_id: Annotated[str, typer.Argument(help="The `prediction_id` of an answer.")],
    label: Annotated[str | None, typer.Option(metavar="NAME", help="The right class.")] = None,
    correct: Annotated[bool, typer.Option("--correct", help="The answer was right.")] = False,
) -> None:
    """Say whether a prediction of the server was right."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        row = workspace.feedback(prediction_id, label=label, correct=True if correct else None)
    verdict = "right" if row.correct else f"wrong, it is {row.label}"
    text = f"Version {row.model_version} said {row.predicted_label}: {verdict}."
    chosen.print(Feedback.model_validate(row), text)
