"""`tellapart train`."""

from typing import Annotated

import typer

from tellapart.cli.context import context_of
from tellapart.cli.progress import progress
from tellapart.images.preprocessing import ResizeMode
from tellapart.jobs.contracts import (
    PromotionChoice,
    RecipeChoice,
    TrainingResult,
)
from tellapart.quality.leaks import leaks_in_words
from tellapart.reports.model_report import ModelReport
from tellapart.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)
    app.command("retrain", help="The same as `train`: on all of the data set as it is now.")(train)


def train(
    context: typer.Context,
    recipe: Annotated[
        RecipeChoice, typer.Option(help="auto: a quick one, then the stronger one.")
    ] = "auto",
    backbone: Annotated[
        str | None,
        typer.Option(
            help="Network of `probe` and `finetune`: efficientnet-lite0, the built-in one; one of "
            "keras.applications such as MobileNetV2; NAME of backbones/NAME.onnx in the workspace; "
            "or `onnx:PATH`. By default that of the version in service, or the built-in one."
        ),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Of `scratch` and `finetune`.")] = None,
    time_budget: Annotated[
        str | None, typer.Option(help="Longest time to train: 90s, 10m, 1h.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same model.")] = 0,
    resize_mode: Annotated[
        ResizeMode | None, typer.Option(help="How pictures of other shapes are fitted.")
    ] = None,
    promote: Annotated[
        PromotionChoice, typer.Option(help="auto: only when it is better than the champion.")
    ] = "auto",
    *,
    pseudo_labels: Annotated[
        bool,
        typer.Option(
            "--pseudo-labels",
            help="Train also on what the champion is sure of, of the pictures without a class.",
        ),
    ] = False,
) -> None:
    """Train on the current data set, evaluate, and promote when it is better."""
    chosen = context_of(context)
    with chosen.open() as workspace, progress() as reporter:
        outcome = workspace.train(
            recipe=recipe,
            backbone=backbone,
            epochs=epochs,
            time_budget=time_budget,
            seed=seed,
            resize_mode=resize_mode,
            promote=promote,
            pseudo_labels=pseudo_labels,
            reporter=reporter,
        )
        text = describe(workspace, outcome)
    chosen.print(outcome, text)


def describe(workspace: Workspace, outcome: TrainingResult) -> str:
    """A training in words, whether to believe its score, and what to do next."""
    version, metrics = outcome.model_version, outcome.metrics
    report = ModelReport.of_version(workspace.registry.get(version))
    verdict = "promoted to champion" if outcome.promoted else "kept as challenger"
    others = [str(number) for number in outcome.versions if number != version]
    also = f" Also trained: version {', '.join(others)}." if others else ""
    following = (
        f"`tellapart models mistakes {version}` shows what it gets wrong."
        if outcome.promoted
        else f"`tellapart models promote {version}` puts it into service all the same."
    )
    nothing = outcome.brought_nothing
    told = [*outcome.compared, *([] if nothing is None else [nothing.reason])]
    leaks = leaks_in_words(report.leaks, report.leak_check, metrics.total)
    compared = "".join(f"{line}\n" for line in told)
    return (
        f"Version {version}: test accuracy {metrics.accuracy:.2%} "
        f"(95% interval {metrics.accuracy_low:.1%} to {metrics.accuracy_high:.1%}, "
        f"{metrics.total:,} pictures), macro F1 {metrics.f1_macro:.3f}, "
        f"ECE {metrics.ece:.3f}; {verdict}. {outcome.reason}{also}{_pseudo_labels(outcome)}\n"
        f"{compared}{leaks}{_mend(report)}\n{following}"
    )


def _pseudo_labels(outcome: TrainingResult) -> str:
    found = outcome.pseudo_labels
    if found is None:
        return ""
    used, left = sum(found.used.values()), sum(found.left.values())
    fate = "" if found.kept else ", and taken back"
    return f" Pseudo-labels by version {found.model_version}: {used:,} used{fate}, {left:,} left."


def _mend(report: ModelReport) -> str:
    if not report.leaks:
        return ""
    return " Data → Issues → Leaks on the page brings each group into one split; then train again."
