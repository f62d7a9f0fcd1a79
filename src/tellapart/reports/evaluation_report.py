"""An evaluation as one HTML file to send to somebody: no script, no outside address."""

from dataclasses import dataclass

from tellapart.evaluation.metrics import ClassificationReport
from tellapart.evaluation.weaknesses import confused_pairs
from tellapart.reports.rendering import render

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
    numbers = [
        (name.replace("_", " "), f"{value:.4f}")
        for name, value in report.metrics()
        if isinstance(value, float)
    ]
    return render(
        "evaluation_report.html",
        found=found,
        numbers=numbers,
        classes=sorted(report.per_class, key=lambda each: (each.f1 is None, each.f1 or 0.0)),
        pairs=confused_pairs(report.confusion_matrix, report.class_names),
        matrix_classes=_MATRIX_CLASSES,
    )
