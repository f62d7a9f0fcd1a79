"""An evaluation as one HTML file to send to somebody: no script, no outside address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from tellapart.evaluation.calibration import ReliabilityBin
from tellapart.evaluation.metrics import ClassificationReport
from tellapart.evaluation.weaknesses import confused_pairs
from tellapart.reports.html import document, figure, image_tag, table

# Of more classes a matrix cannot be read; the pairs are listed in any case.
_MATRIX_CLASSES = 30


@dataclass(frozen=True)
class ShownMistake:
    """An image of `label` that was taken for `predicted`; `thumbnail` is a JPEG or PNG file."""

    label: str
    predicted: str
    confidence: float
    thumbnail: bytes


@dataclass(frozen=True)
class Evaluation:
    """A version on the images of `subject`; up to 48 mistakes, the surest first.

    `unknown` are classes of images that the version does not know: each counts as a mistake.
    """

    version: int
    subject: str
    report: ClassificationReport
    unknown: list[str]
    mistakes: list[ShownMistake]


def evaluation_report(found: Evaluation) -> str:
    """An HTML document: numbers, confusion matrix, reliability, classes, mistakes."""
    report = found.report
    sections = [_head(found), _numbers(report), _matrix(report), _reliability(report.reliability)]
    sections += [_classes(report), _mistakes(found.mistakes)]
    return document(f"Evaluation of version {found.version}", sections)


def _head(found: Evaluation) -> str:
    report = found.report
    low, high = report.accuracy_interval
    unknown = "".join(f" {escape(name)!r}" for name in found.unknown)
    note = f" The version does not know{unknown}: mistakes." if unknown else ""
    return (
        f"<h1>Version {found.version}: {report.accuracy:.2%} right</h1>"
        f'<p class="quiet">{report.total:,} pictures of {escape(found.subject)}, 95% interval '
        f"{low:.1%} to {high:.1%}. {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.{note}</p>"
    )


def _numbers(report: ClassificationReport) -> str:
    rows = [
        (name.replace("_", " "), f"{value:.4f}")
        for name, value in report.metrics().items()
        if isinstance(value, float)
    ]
    return "<h2>Numbers</h2>" + table(("number", "value"), rows)


def _matrix(report: ClassificationReport) -> str:
    names = [escape(name) for name in report.class_names]
    parts = ["<h2>Confusion matrix</h2>"]
    if len(names) <= _MATRIX_CLASSES:
        rows = [
            (name, *(_cell(count, sum(row)) for count in row))
            for name, row in zip(names, report.confusion_matrix, strict=True)
        ]
        parts += ["<p>Rows: class; columns: prediction.</p>", table(("", *names), rows)]
    pairs = [
        (escape(pair.label), escape(pair.predicted), f"{pair.count:,}", f"{pair.share:.1%}")
        for pair in confused_pairs(report.confusion_matrix, report.class_names)
    ]
    if pairs:
        parts.append("<h3>Most confused</h3>" + table(("class", "taken for", "", "share"), pairs))
    return "".join(parts)


def _cell(count: int, total: int) -> str:
    share = count / total if total else 0.0
    return f'<span style="background:rgb(37 99 235/{share:.2f})">&nbsp;{count:,}&nbsp;</span>'


def _reliability(bins: Sequence[ReliabilityBin]) -> str:
    side, most = 260, max((entry.count for entry in bins), default=1)
    line = f'<path d="M0 {side}L{side} 0" stroke="#888" stroke-dasharray="4"/>'
    dots = "".join(
        f'<circle cx="{entry.confidence * side:.1f}" cy="{(1 - entry.accuracy) * side:.1f}" '
        f'r="{3 + 7 * (entry.count / most) ** 0.5:.1f}" opacity=".7"><title>{entry.count:,} '
        f"pictures: confidence {entry.confidence:.2f}, right {entry.accuracy:.2f}</title></circle>"
        for entry in bins
    )
    caption = "Share of right answers (up) against confidence (right); honest on the line"
    return "<h2>Reliability</h2>" + figure(caption, side, side, line + dots)


def _classes(report: ClassificationReport) -> str:
    rows = [
        (
            escape(each.label),
            f"{each.precision:.3f}",
            f"{each.recall:.3f}",
            f"{each.f1:.3f}",
            f"{each.support:,}",
        )
        for each in sorted(report.per_class, key=lambda each: each.f1)
    ]
    return "<h2>Classes</h2>" + table(("class", "precision", "recall", "F1", "pictures"), rows)


def _mistakes(mistakes: Sequence[ShownMistake]) -> str:
    if not mistakes:
        return "<h2>Mistakes</h2><p>None.</p>"
    figures = []
    for each in mistakes:
        text = f"{each.label}, taken for {each.predicted} ({each.confidence:.0%})"
        tag = image_tag(each.thumbnail, text)
        figures.append(f"<figure>{tag}<figcaption>{escape(text)}</figcaption></figure>")
    return "<h2>Mistakes, the surest first</h2>" + "".join(figures)
