"""What every command is given: the settings, and how to print."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from pydantic_core import to_json
from rich.console import Console
from rich.table import Column, Table

from tellapart.settings import Settings
from tellapart.workspace import Workspace


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
        typer.echo(to_json(result, inf_nan_mode="null").decode() if self.as_json else text)

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
            table.add_row(*row)
        Console().print(table)


def context_of(context: typer.Context) -> Context:
    """The global options of a command line."""
    found: Context = context.find_root().obj
    return found
