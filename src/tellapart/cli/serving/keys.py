"""`tellapart keys`: create, list, revoke."""

from typing import Annotated

import typer

from tellapart.cli.context import context_of
from tellapart.store.tables import Scope

app = typer.Typer(help="Keys of those who may ask: create, list, revoke.", no_args_is_help=True)

KeyName = Annotated[str, typer.Argument(metavar="NAME", help="What the key is called.")]


@app.command("create")
def create(
    context: typer.Context,
    name: KeyName,
    scope: Annotated[Scope, typer.Option(help="What it is good for.")],
) -> None:
    """Make a key and print it, this once: only its hash is kept."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        key = workspace.keys.create(name, scope)
    if not chosen.as_json:
        typer.echo("Keep this key: it is not shown again.", err=True)
    chosen.print({"name": name.strip(), "scope": scope, "key": key}, key)


@app.command("list")
def list_keys(context: typer.Context) -> None:
    """All keys, without their secrets."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        keys = workspace.keys.list()
    rows = [
        (
            key.name,
            key.scope,
            f"{key.created_at:%Y-%m-%d %H:%M}",
            "" if key.revoked_at is None else f"{key.revoked_at:%Y-%m-%d %H:%M}",
        )
        for key in keys
    ]
    columns = ("name", "scope", "made (UTC)", "revoked (UTC)")
    empty = "There are no keys yet. `tellapart keys create NAME --scope admin` makes one."
    chosen.print_table({"items": keys, "next_cursor": None}, columns, rows, empty)


@app.command("revoke")
def revoke(context: typer.Context, name: KeyName) -> None:
    """Make a key useless, at once and for good."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        workspace.keys.revoke(name)
    chosen.print({"name": name.strip(), "revoked": True}, f"The key {name.strip()} is revoked.")
