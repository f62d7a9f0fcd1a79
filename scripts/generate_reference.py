"""Writes docs/reference/ from the code: commands, routes, settings, errors.

With `--check`, only tells whether it is up to date.
"""

import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer

from tellapart import errors
from tellapart.api.app import create_app
from tellapart.cli.app import app as cli
from tellapart.settings import Settings

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
NOTE = "<!-- Written by scripts/generate_reference.py; do not edit. -->\n"


def main() -> None:
    pages = {
        "cli.md": commands(),
        "http.md": routes(),
        "settings.md": settings(),
        "errors.md": problems(),
    }
    stale = []
    for name, lines in pages.items():
        text = NOTE + "\n".join(lines) + "\n"
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                FOLDER.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"docs/reference is out of date ({', '.join(stale)}): run `make reference`.")


def commands() -> Iterator[str]:
    yield "# Commands\n"
    yield "`tellapart [OPTIONS] COMMAND …`. The options below may also follow the command.\n"
    root = typer.main.get_command(cli)
    yield from parameters(root)
    yield from command_sections(root, "tellapart")


def command_sections(group: Any, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from command_sections(command, f"{path} {name}")
            continue
        yield f"\n## `{path} {name}`\n"
        yield (command.help or "").strip() + "\n"
        yield from parameters(command)


def parameters(command: Any) -> Iterator[str]:
    rows = [parameter for parameter in command.params if parameter.name != "help"]
    if not rows:
        return
    yield "| option | what it does | default |"
    yield "|---|---|---|"
    for parameter in rows:
        is_option = parameter.opts[0].startswith("-")
        name = ", ".join(parameter.opts) if is_option else parameter.metavar or parameter.name
        values = choices(parameter.type_descriptor.annotation)
        default = parameter.default
        known = "" if default in (None, False, "") or callable(default) else f"`{default}`"
        yield f"| `{name}` | {parameter.help or ''}{values} | {known} |"


def choices(annotation: Any) -> str:
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, Enum):
            return f" One of: {', '.join(choice.value for choice in kind)}."
        if get_origin(kind) is Literal:
            return f" One of: {', '.join(get_args(kind))}."
    return ""


def routes() -> Iterator[str]:
    yield "# HTTP routes\n"
    yield (
        "The full document is `/openapi.json`, a browsable one `/docs`. Errors are problem "
        "details (RFC 9457), see [errors](errors.md). Lists take `limit` and `cursor`.\n"
    )
    yield "| route | what it does | answers |"
    yield "|---|---|---|"
    paths: dict[str, dict[str, Any]] = create_app().openapi()["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            text = operation.get("description") or operation.get("summary", "")
            statuses = ", ".join(operation["responses"])
            yield f"| `{method.upper()} {path}` | {' '.join(text.split())} | {statuses} |"


def settings() -> Iterator[str]:
    yield "# Settings\n"
    yield "Each is an environment variable. Sizes are in bytes, times in seconds.\n"
    yield "| variable | default | what it is |"
    yield "|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, ()) else f"`{field.default}`"
        yield f"| `TELLAPART_{name.upper()}` | {default} | {field.description} |"


def problems() -> Iterator[str]:
    yield "# Errors\n"
    yield "Over HTTP an error is `application/problem+json`; its `code` never changes.\n"
    yield "| code | status | what it means |"
    yield "|---|---|---|"
    found = {
        kind.code: kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.TellapartError)
    }
    for code, kind in sorted(found.items()):
        meaning = (kind.__doc__ or "").splitlines()[0]
        yield f"| `{code}` | {kind.status} | {meaning} |"
    yield (
        "\nBefore a route is reached, or when it fails: `bad_request` (400, the body is no JSON "
        "that can be read), `incomplete_body` (400, the connection ended in the middle of it), "
        "`not_found` (404, nothing is at this address), `method_not_allowed` (405, `Allow` has "
        "those that are), `internal_error` (500, a fault of Tellapart: its log has the details)."
    )


if __name__ == "__main__":
    main()
