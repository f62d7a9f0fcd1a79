"""What every command is given: the settings, and how to print."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from pydantic_core import to_json
from rich.console import Console
from rich.table import Column, Table

from tellapart.settings import Settings
from tellapart.workspace import Workspace

# Control characters but line ends and tabs, and what turns the direction of writing.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Context:
    """The global options."""

    settings: Settings
    as_json: bool
    debug: bool

    def open(self) -> Workspace:
        """The workspace of `--workspace`."""
        return Workspace(settings=self.settings)

    def print(self, result: Any, text: str) -> None:
        """Print a result: as JSON when `--json` was given, else in words."""
        json = to_json(result, inf_nan_mode="null").decode() if self.as_json else None
        typer.echo(json or without_controls(text))

    def print_table(
        self,
        result: Any,
        columns: Sequence[str | Column],
        rows: Iterable[Sequence[str]],
        empty: str,
    ) -> None:
        """Print a result: as JSON when `--json` was given, else as a table."""
        lines = list(rows)
        if self.as_json or not lines:
            self.print(result, empty)
            return
        table = Table(*columns, box=None, pad_edge=False, header_style="bold")
        for row in lines:
            table.add_row(*map(without_controls, row))
        Console().print(table)


def without_controls(text: str) -> str:
    """A text of which a terminal does nothing but show it: names of files can be hostile."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def context_of(context: typer.Context) -> Context:
    """The global options of a command line."""
    found: Context = context.find_root().obj
    return found
