"""The `tellapart` command."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from typer.exceptions import TyperException

from tellapart.cli.context import Context, without_controls
from tellapart.cli.data import import_images, insights, review, versions
from tellapart.cli.jobs import jobs, worker
from tellapart.cli.models import evaluate, feedback, models, predict, train
from tellapart.cli.serving import demo, keys, loadtest, serve
from tellapart.cli.workspace import backup, doctor
from tellapart.errors import TellapartError
from tellapart.logs import configure_logs
from tellapart.settings import Settings
from tellapart.store.outages import outage_of
from tellapart.version import VERSION

# These may stand anywhere on the line, before or after the command.
_GLOBAL_FLAGS = ("--json", "--debug")
# These log for their operator; the others say in their result what went wrong.
_SERVICES = ("demo", "serve", "worker")
# What pydantic, which reads the options, says in the words of a programmer.
_PLAIN = (
    ("Value error, ", ""),
    ("a valid integer, unable to parse string as an integer", "a whole number"),
    ("a valid number, unable to parse string as a number", "a number"),
    ("Input should be", "it should be"),
)
_GLOBAL_VALUES = ("-w", "--workspace")

app = typer.Typer(
    name="tellapart",
    help="Turn a folder of labelled pictures into an image classifier that is served and improved.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (
    demo,
    import_images,
    insights,
    train,
    evaluate,
    predict,
    feedback,
    serve,
    loadtest,
    worker,
    backup,
    doctor,
):
    module.register(app)
app.add_typer(models.app, name="models")
app.add_typer(versions.app, name="versions")
app.add_typer(jobs.app, name="jobs")
app.add_typer(review.app, name="review")
app.add_typer(keys.app, name="keys")


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "-w", "--workspace", help="Folder of the classifier.", show_default="workspace"
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what HTTP answers, as JSON.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the release.")] = False,
) -> None:
    if version:
        typer.echo(VERSION)
        raise typer.Exit
    quiet = "info" if context.invoked_subcommand in _SERVICES else "off"
    configure_logs("debug" if debug else quiet)
    settings = Settings()
    for name, nearest in Settings.unknown_names(os.environ).items():
        typer.echo(f"Warning: {name} is no setting and does nothing. Is it {nearest}?", err=True)
    if workspace is not None:
        settings = settings.model_copy(update={"workspace": workspace})
    context.obj = Context(settings, as_json=as_json, debug=debug)


def main(arguments: list[str] | None = None) -> None:
    """Run a command line. Exit 0: done; 1: failed; 2: wrong usage; 130: interrupted."""
    given = _globals_first(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(given, prog_name="tellapart", standalone_mode=False)
    except Exception as error:
        if "--debug" in given:
            raise
        message, code = _explain(error)
        typer.echo(without_controls(message), err=True)
    except KeyboardInterrupt:
        typer.echo("Interrupted.", err=True)
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: Exception) -> tuple[str, int]:
    """An error as one line, and the exit status."""
    error = outage_of(error) or error
    if isinstance(error, typer.Abort):
        return "Interrupted.", 130
    if isinstance(error, TyperException) and error.format_message().startswith("Usage:"):
        return error.format_message(), 2
    if isinstance(error, TyperException):
        return f"Error: {_sentence(error)} `--help` shows what is understood.", 2
    if isinstance(error, TellapartError):
        return f"Error: {error}", 1
    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        return f"Error: {_wrong_settings(error)}", 1
    text = (str(error).splitlines() or [""])[0]
    return f"Error: {type(error).__name__}: {text}. Run again with --debug for the details.", 1


def _wrong_settings(error: ValidationError) -> str:
    parts = [
        f"TELLAPART_{str(entry['loc'][0]).upper()}={_shown(entry)}: {entry['msg']}"
        for entry in error.errors()
    ]
    return f"A setting in the environment is wrong. {'; '.join(parts)}."


def _shown(entry: ErrorDetails) -> str:
    return "…" if str(entry["loc"][0]).endswith("_key") else repr(entry["input"])


def _sentence(error: TyperException) -> str:
    text = " ".join(error.format_message().split())
    for told, plain in _PLAIN:
        text = text.replace(told, plain)
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _globals_first(arguments: list[str]) -> list[str]:
    first: list[str] = []
    rest: list[str] = []
    queue = list(arguments)
    while queue:
        argument = queue.pop(0)
        if argument == "--":
            rest += [argument, *queue]
            break
        if argument in _GLOBAL_FLAGS or argument.startswith("--workspace="):
            first.append(argument)
        elif argument in _GLOBAL_VALUES and queue:
            first += [argument, queue.pop(0)]
        else:
            rest.append(argument)
    return first + rest
