"""`tellapart import`."""

from collections.abc import Mapping
from typing import Annotated

import typer

from tellapart.cli.context import context_of
from tellapart.cli.progress import progress
from tellapart.jobs.contracts import GROUP_BY_NAME, ImportResult, SplitMode

_LISTED_REJECTIONS = 10
_LISTED_CLASSES = 12


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_images)


def import_images(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Folder, ZIP, Parquet file, builtin:digits, cifar10, fashion-mnist, cats-vs-dogs, "
            "kaggle:owner/name or hf:owner/name.",
        ),
    ],
    split: Annotated[SplitMode, typer.Option(help="Put all pictures into this split.")] = "auto",
    unlabeled: Annotated[
        bool, typer.Option("--unlabeled", help="Keep the pictures without a class.")
    ] = False,
    group_by: Annotated[
        str,
        typer.Option(
            metavar="auto|none|REGEX",
            help="Put pictures into one split together: those whose names show it "
            "(track12_frame03), none, or those in whose path a regular expression finds the same.",
        ),
    ] = GROUP_BY_NAME,
) -> None:
    """Bring images in; print what came in, and what was quarantined and why."""
    chosen = context_of(context)
    outcomes = []
    with chosen.open() as workspace:
        for source in sources:
            with progress() as reporter:
                outcome = workspace.import_images(
                    source,
                    split=split,
                    unlabeled=unlabeled,
                    group_by=group_by,
                    reporter=reporter,
                )
            outcomes.append(outcome)
    text = "\n".join(describe(outcome) for outcome in outcomes)
    chosen.print(outcomes[0] if len(outcomes) == 1 else outcomes, text)


def issues_in_words(issues: Mapping[str, int]) -> str:
    """Counts of issues, such as `3 near duplicate, 1 blurry`."""
    return ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in issues.items())


def describe(outcome: ImportResult) -> str:
    """An import in words."""
    shown_classes = list(outcome.classes.items())[:_LISTED_CLASSES]
    classes = ", ".join(f"{name} {count:,}" for name, count in shown_classes)
    if rest := len(outcome.classes) - len(shown_classes):
        classes += f" and {rest:,} more classes, which `tellapart insights` lists"
    lines = [
        f"{outcome.source}: {outcome.added:,} pictures added" + (f" ({classes})" if classes else "")
    ]
    if outcome.labeled:
        lines.append(f"  {outcome.labeled:,} were there without a class, which they have now")
    if outcome.duplicates:
        lines.append(f"  {outcome.duplicates:,} were there already")
    if outcome.conflicts:
        lines.append(f"  {outcome.conflicts:,} are there under another class, which they keep")
    lines.extend(f"  {note}" for note in outcome.notes)
    for kind, count in outcome.skipped.items():
        names = ", ".join(outcome.skipped_examples.get(kind, []))
        more = ", …" if count > len(outcome.skipped_examples.get(kind, [])) else ""
        lines.append(f"  {count:,} skipped: {kind}" + (f" ({names}{more})" if names else ""))
    if outcome.issues:
        lines.append(f"  to look at, in the whole data set: {issues_in_words(outcome.issues)}")
    if outcome.quarantined:
        lines.append(f"  {outcome.quarantined:,} quarantined:")
    shown = outcome.rejected[:_LISTED_REJECTIONS]
    lines.extend(f"    {file.name}: {file.reason}" for file in shown)
    if len(outcome.rejected) > _LISTED_REJECTIONS:
        lines.append("    … (--json lists more)")
    return "\n".join(lines)
