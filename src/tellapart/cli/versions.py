"""`tellapart versions`: list, diff, restore."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from tellapart.cli.context import context_of
from tellapart.store.tables import DatasetVersion

app = typer.Typer(help="Versions of the data set: list, diff, restore.", no_args_is_help=True)

Version = Annotated[int, typer.Argument(help="Number of the version.")]


@app.command("list")
def list_versions(context: typer.Context) -> None:
    """All versions, newest first: who changed what, and why."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        versions = workspace.dataset_versions()
    found = [_as_json(version) for version in versions]
    rows = [
        (
            str(one["version"]), f"{one['images']:,}", str(one["classes"]), one["author"],
            f"{one['created_at']:%Y-%m-%d %H:%M}", one["reason"],
        )
        for one in found
    ]  # fmt: skip
    columns = ("version", "pictures", "classes", "by", "made (UTC)", "why")
    empty = "There are no versions yet. `tellapart import FOLDER` makes the first one."
    chosen.print_table(found, columns, rows, empty)


@app.command("diff")
def diff(context: typer.Context, version: Version, other: Version) -> None:
    """What changed from one version to another."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        found = workspace.diff(version, other)
    counts = ", ".join(f"{count:,} {kind}" for kind, count in found.counts.items())
    changes = [{**asdict(change), "change": change.kind} for change in found.page.items]
    result = {
        "from_version": version, "to_version": other, "counts": found.counts, "changes": changes,
    }  # fmt: skip
    chosen.print(result, counts or "Both have the same content.")


@app.command("restore")
def restore(
    context: typer.Context,
    version: Version,
    reason: Annotated[str, typer.Option(help="Why; kept with the version.")] = "",
) -> None:
    """Make a new version with the content of an earlier one."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        current = workspace.restore(version, reason)
    text = f"The data set is as in version {version} again; that is version {current.id} now."
    chosen.print(_as_json(current), text)


def _as_json(row: DatasetVersion) -> dict[str, Any]:
    counts = row.summary
    labeled = sum(sum(splits.values()) for splits in counts["class_splits"].values())
    return {
        "version": row.id,
        "content_id": row.content_id,
        "author": row.author,
        "reason": row.reason,
        "created_at": row.created_at,
        "images": labeled + counts["unlabeled"],
        "classes": len(counts["class_splits"]),
        "changes": counts.get("changes", {}),
    }
