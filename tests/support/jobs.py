"""Jobs to submit where a test does not care what they do, and what comes of them."""

from typing import Any

from tellapart.evaluation.metrics import ModelMetrics
from tellapart.jobs.contracts import (
    CheckParams,
    ExportParams,
    ImportParams,
    ImportResult,
    LearningCurveParams,
    TrainingResult,
    TrainParams,
)

AN_IMPORT = ImportParams(source="a")
EACH_KIND = (
    AN_IMPORT,
    CheckParams(),
    TrainParams(),
    ExportParams(version=1, format="h5"),
    LearningCurveParams(),
)


def imported(added: int = 0, **more: Any) -> ImportResult:
    """The result of an import."""
    return ImportResult(source="a", added=added, **more)


def trained(version: int = 1) -> TrainingResult:
    """The result of a training that was right on half of two test images."""
    shares = {name: 0.5 for name in ModelMetrics.model_fields if name != "total"}
    return TrainingResult(
        model_version=version,
        promoted=True,
        reason="It is the first model.",
        metrics=ModelMetrics(total=2, **shares),
        versions=[version],
    )
