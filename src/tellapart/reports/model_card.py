"""The model card of a version: what it is, how good, and where its limits are (Mitchell 2019)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tellapart.evaluation.metrics import score_in_words
from tellapart.quality.leaks import leaks_in_words
from tellapart.registry.versions import RegisteredModel
from tellapart.reports.model_report import ModelReport
from tellapart.store.tables import SPLITS

_FEW = 30
_USE = """Input `images`: uint8 `[N, {height}, {width}, 3]`, upright, {order}, fitted by `{mode}`.
Output `probabilities`: float32 `[N, {classes}]`, calibrated, in the order of the classes above.
Normalising and softmax are inside the file, and its metadata name the classes.

```python
import numpy as np, onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession("model.onnx")
image = ImageOps.exif_transpose(Image.open("image.jpg")).convert("RGB")
pixels = np.asarray(image.resize(({width}, {height})))[None]{note}
probabilities = session.run(["probabilities"], {{"images": pixels}})[0][0]
```"""


def model_card(model: RegisteredModel) -> str:
    """Markdown, from what the registry knows; versions of older releases have fewer sections."""
    row, report = model.row, ModelReport.of_version(model)
    aliases = f" ({', '.join(model.aliases)})" if model.aliases else ""
    backbone = f" on `{row.backbone}`" if row.backbone else ""
    names = ", ".join(f"`{_cell(name)}`" for name in row.class_names)
    trained = (
        f"Trained {row.created_at:%Y-%m-%d %H:%M} UTC on version {row.dataset_version} of the data "
        f"set, by the recipe `{row.recipe}`{backbone}."
    )
    sections = [
        f"# Model version {row.version}{aliases}",
        f"Tells {len(row.class_names)} classes apart: {names}.",
        trained,
        "## Data\n\n" + _data(report),
        "## Results on the test pictures\n\n"
        + _results(report)
        + "\n\n"
        + leaks_in_words(report.leaks, report.leak_check, report.metrics.total),
        "## Classes\n\n" + _classes(report),
        _confusions(report),
        "## Confidence\n\n" + _confidence(report),
        "## Training\n\n" + _training(report, row.parameters),
        _files(report),
        "## Limits\n\n" + _limits(report),
        "## Use\n\n" + _use(row.report.get("preprocessing"), len(row.class_names)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _data(report: ModelReport) -> str:
    if not report.class_splits:
        return "The counts of each split were not kept by the release that made it."
    rows = [
        (label, counts.train, counts.validation, counts.test, sum(dict(counts).values()))
        for label, counts in report.class_splits.items()
    ]
    return _table(("class", *SPLITS, "all"), [*rows, _total(rows)])


def _total(rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    return ("all", *(sum(column) for column in list(zip(*rows, strict=True))[1:]))


def _results(report: ModelReport) -> str:
    metrics = report.metrics
    low, high = metrics.accuracy_low, metrics.accuracy_high
    shown = {
        "accuracy": f"{metrics.accuracy:.2%} (95% interval {low:.1%} to {high:.1%})",
        "accuracy on pictures left out in turn": str(report.held_out) if report.held_out else None,
        "top-5 accuracy": _share(metrics.top_5_accuracy),
        "precision, macro": f"{metrics.precision_macro:.3f}",
        "recall, macro": f"{metrics.recall_macro:.3f}",
        "F1, macro": f"{metrics.f1_macro:.3f}",
        "precision, weighted": f"{metrics.precision_weighted:.3f}",
        "recall, weighted": f"{metrics.recall_weighted:.3f}",
        "F1, weighted": f"{metrics.f1_weighted:.3f}",
        "ROC AUC, macro": _number(metrics.roc_auc_macro),
        "log loss": f"{metrics.log_loss:.4f}",
        "expected calibration error": f"{metrics.ece:.3f}",
        "test pictures": f"{metrics.total:,}",
    }
    return _table(("number", "value"), [(k, v) for k, v in shown.items() if v is not None])


def _classes(report: ModelReport) -> str:
    rows = [
        (
            each.label,
            *(
                # Older releases wrote 0 for what they had not measured.
                score_in_words(score if each.support else None)
                for score in (each.precision, each.recall, each.f1)
            ),
            each.support,
        )
        for each in report.per_class
    ]
    return _table(("class", "precision", "recall", "F1", "test pictures"), rows)


def _confusions(report: ModelReport) -> str:
    rows = [(p.label, p.predicted, p.count, f"{p.share:.1%}") for p in report.confused_pairs]
    if not rows:
        return ""
    return "Most often confused:\n\n" + _table(("class", "taken for", "pictures", "share"), rows)


def _confidence(report: ModelReport) -> str:
    lines = [
        f"Calibrated on pictures not learned from, by temperature {report.temperature:.3f}.",
        f"Below {report.confidence_threshold:.3f} the model abstains.",
    ]
    if found := report.threshold:
        reached = "" if found.reached else " (the target was not reached)"
        lines.append(
            f"The threshold is chosen for {found.target_precision:.0%} right answers{reached}: "
            f"of {found.pictures or 'the validation'} pictures not learned from, "
            f"{found.precision:.1%} of the answers given are right, and "
            f"{found.coverage:.1%} of the pictures get one."
        )
        lines += [
            f"At {cost.target_precision:.0%}, {cost.coverage:.1%} would get one."
            for cost in found.costs
            if cost.target_precision != found.target_precision
        ]
    if report.novelty:
        lines.append(
            "It also abstains on pictures that are unlike its training pictures: "
            f"{report.novelty.validation_share:.1%} of the validation pictures are."
        )
    return " ".join(lines)


def _training(report: ModelReport, parameters: Mapping[str, Any]) -> str:
    table = _table(("parameter", "value"), sorted(parameters.items()))
    nothing = report.brought_nothing
    return f"{_cell(nothing.reason)}\n\n{table}" if nothing else table


def _files(report: ModelReport) -> str:
    exports = report.exports
    if exports is None or not exports.parity:
        return ""
    rows = [(name, f"{value:.1e}") for name, value in exports.parity.items()]
    text = "## Files\n\n" + _table(("file", "largest difference in probability"), rows)
    if exports.int8:
        text += f"\n\nint8: {exports.int8.reason}"
    return text


def _limits(report: ModelReport) -> str:
    tests = report.metrics.total
    lines = [
        "It knows its classes only: a picture of anything else gets one of them, or no answer.",
        "The numbers hold for pictures like those of the data set: same cameras, light, framing.",
    ]
    if tests < 10 * _FEW:
        lines.append(f"{tests} test pictures are few: look at the interval.")
    for label, counts in report.left_out.items():
        lines.append(
            f"It does not know {_cell(label)}, which had no training pictures; its "
            f"{counts.test:,} test pictures are not among those of the results."
        )
    unmeasured = [each.label for each in report.per_class if not each.support]
    if unmeasured:
        lines.append(
            f"No test pictures, so not measured: {', '.join(map(_cell, unmeasured[:20]))}."
        )
    few = [each.label for each in report.per_class if 0 < each.support < _FEW]
    if few:
        lines.append(f"Fewer than {_FEW} test pictures: {', '.join(map(_cell, few[:20]))}.")
    weak = [f"{_cell(each.label)} ({each.recall:.1%})" for each in report.weakest_classes]
    if weak:
        lines.append(f"Most often missed (recall): {', '.join(weak)}.")
    if report.leaks:
        lines.append("Test pictures that resemble training ones make the numbers look better.")
    return "\n".join(f"- {line}" for line in lines)


def _use(spec: Mapping[str, Any] | None, classes: int) -> str:
    if spec is None:
        return "The ONNX file says in its metadata how to prepare pictures and names its classes."
    mode = spec["resize_mode"]
    return _USE.format(
        width=spec["width_px"],
        height=spec["height_px"],
        order=str(spec["channel_order"]).upper(),
        mode=mode,
        classes=classes,
        note="" if mode == "stretch" else f"  # to be exact: {mode}",
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(value: Any) -> str:
    """Text that stays in its cell, whatever the class is called."""
    text = " ".join(str(value).split())
    return "".join(f"\\{letter}" if letter in "|`*_<>[]\\" else letter for letter in text)


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.2%}"


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"
