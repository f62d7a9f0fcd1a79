"""`tellapart review`: list, next, label, undo."""

from typing import Annotated

import typer

from tellapart.api.schemas.training.review import ReviewQueue, ReviewResult
from tellapart.cli.context import Context, context_of
from tellapart.cli.progress import progress
from tellapart.labeling.review import decisions
from tellapart.labeling.review.decisions import ReviewDecision
from tellapart.labeling.review.queue import ReviewOrder

app = typer.Typer(
    help="Pictures that wait for a person: list, next, label, undo.", no_args_is_help=True
)

Limit = Annotated[int, typer.Option(min=1, max=500, help="How many pictures.")]
Order = Annotated[
    ReviewOrder, typer.Option(help="What teaches a model most first, or a fair sample.")
]


@app.command("list")
def list_waiting(context: typer.Context, limit: Limit = 20, order: Order = "teaching") -> None:
    """What waits, and the first pictures of the queue; nobody is kept from them."""
    _show(context_of(context), limit, order, take=False)


@app.command("next")
def take_next(context: typer.Context, limit: Limit = 1, order: Order = "teaching") -> None:
    """Take the next pictures: others get different ones for some minutes."""
    _show(context_of(context), limit, order, take=True)


@app.command("label")
def label_images(
    context: typer.Context,
    image_ids: Annotated[list[int], typer.Argument(help="Numbers of pictures.")],
    label: Annotated[str, typer.Option(metavar="NAME", help="Their class; may be a new one.")],
) -> None:
    """Give pictures of the queue a class, as one version of the data set."""
    chosen = context_of(context)
    wanted = [ReviewDecision(image_id, "label", label) for image_id in image_ids]
    with chosen.open() as workspace:
        _told(chosen, workspace.decide(wanted))


@app.command("undo")
def undo(context: typer.Context) -> None:
    """Take back what you labelled last."""
    chosen = context_of(context)
    with chosen.open() as workspace:
        _told(chosen, workspace.undo_decisions())


def _show(chosen: Context, limit: int, order: ReviewOrder, *, take: bool) -> None:
    with chosen.open() as workspace:
        found = workspace.review(order=order, limit=limit, take=False)
        if found.counts.unasked and workspace.champion() is not None:
            with progress() as reporter:
                workspace.propose_labels(reporter)
        if take or found.counts.unasked:
            found = workspace.review(order=order, limit=limit, take=take)
    queue = ReviewQueue.of(found)
    rows = [
        (
            str(item.image_id), item.suggested_label or "–",
            "–" if item.confidence is None else f"{item.confidence:.0%}",
            item.reason.replace("_", " "),
        )
        for item in queue.items
    ]  # fmt: skip
    columns = ("picture", "suggestion", "confidence", f"why ({queue.waiting:,} wait)")
    empty = "No picture waits for a person."
    if queue.waiting:
        empty = f"{queue.waiting:,} wait; others have them before them. Ask again in some minutes."
    chosen.print_table(queue, columns, rows, empty)


def _told(chosen: Context, found: decisions.ReviewResult) -> None:
    result = ReviewResult.model_validate(found)
    lines = [f"{result.changed:,} changed; the data set is in version {result.dataset_version}."]
    lines += [f"Picture {each.image_id} was left: {each.detail}" for each in result.conflicts]
    chosen.print(result, "\n".join(lines))
    if result.conflicts and not result.changed:
        raise typer.Exit(1)
