"""Whether the images that are asked about are still like those that the champion was tested on."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from tellapart.evaluation.drift import (
    expected_accuracy,
    index_terms,
    index_threshold,
    mean_threshold,
    share_threshold,
    stability_index,
)
from tellapart.evaluation.metrics import wilson_interval
from tellapart.evaluation.score_buckets import ScoreCells, confidence_variance, edges
from tellapart.monitoring.drift_reference import DriftReference, DriftReferences
from tellapart.monitoring.drift_report import (
    ClassShares,
    Drift,
    DriftMeasure,
    DriftMeasureName,
    DriftReferenceSummary,
    DriftVerdict,
    ScoreShares,
)
from tellapart.monitoring.rollups import Rollup, read_scores
from tellapart.monitoring.windows import Window

# With fewer, only what nobody can overlook would be found.
LEAST_PREDICTIONS = 100
LEAST_IMAGES = 50


def read_drift(session: Session, references: DriftReferences, window: Window) -> Drift:
    """How the champion's predictions of a window differ from those for its test images.

    Raises:
        BlobNotFound, ModelUnreadable: what the champion answered in its test is lost or damaged.
    """
    champion = references.champion(session)
    if champion is None:
        return _untold(window, None, 0, "No model is in service yet.")
    version, reference = champion.version, champion.reference
    total = read_scores(session, window.step_s, window.since, window.until, version)
    if reference is None:
        reason = f"Version {version} has no stored test answers: `tellapart evaluate {version}`."
    elif reference.images < LEAST_IMAGES:
        reason = (
            f"Version {version} was tested on {reference.images} pictures. {LEAST_IMAGES} are "
            "needed to tell what it usually answers: import more, and train."
        )
    else:
        return judge_window(window, version, reference, total)
    return _untold(window, version, total.answered, reason)


def judge_window(window: Window, version: int, reference: DriftReference, total: Rollup) -> Drift:
    """Hold what a version answered in a window against its reference."""
    measures = measure_drift(reference, total)
    verdicts = [each.verdict for each in measures]
    strange = any(
        each.name == "unlike_training_data" and each.verdict == "changed" for each in measures
    )
    return Drift(
        window_s=window.length_s,
        since=window.since,
        until=window.until,
        model_version=version,
        predictions=total.answered,
        verdict=_overall(verdicts),
        missing=min(each.missing for each in measures),
        reason=None,
        reference=DriftReferenceSummary(
            test_pictures=reference.images,
            accuracy=round(reference.correct / reference.images, 4),
            mean_confidence=round(reference.mean_confidence, 4),
        ),
        # Of images unlike the training data, confidences say nothing.
        expected_accuracy=None if strange else expect_accuracy(reference, total),
        measures=measures,
        classes=_class_shares(reference.classes, total.classes),
        confidences=_score_shares(
            reference.confidence_cells, reference.confidences, total.confidences, distances=False
        ),
        distance_scores=_score_shares(
            reference.distance_cells, reference.distance_scores, total.distance_scores,
            distances=True,
        ),
    )  # fmt: skip


def measure_drift(reference: DriftReference, total: Rollup) -> list[DriftMeasure]:
    """All measures that the model allows: one without a distance has three."""
    names = list(reference.classes)
    cells = reference.confidence_cells
    found = [
        _index("classes", _of(reference.classes, names), _of(total.classes, names)),
        _index("confidence", cells.count(reference.confidences), cells.count(total.confidences)),
        _mean_confidence(reference, total),
    ]
    if reference.distance_scores:
        cells = reference.distance_cells
        expected, seen = cells.count(reference.distance_scores), cells.count(total.distance_scores)
        found += [_index("distance", expected, seen), _unlike(reference, total)]
    return found


def expect_accuracy(reference: DriftReference, total: Rollup) -> float | None:
    """The accuracy that the confidences speak of; None where they were not honest in the test."""
    if total.answered < LEAST_PREDICTIONS or not reference.calibrated:
        return None
    now = total.confidence_sum / total.answered
    accuracy = reference.correct / reference.images
    return round(expected_accuracy(accuracy, reference.mean_confidence, now), 4)


def _index(
    name: DriftMeasureName, expected: NDArray[np.int64], seen: NDArray[np.int64]
) -> DriftMeasure:
    count = int(seen.sum())
    if count < LEAST_PREDICTIONS:
        return _not_enough(name, 0.0, count)
    value = stability_index(expected, seen)
    threshold = index_threshold(len(expected), int(expected.sum()), count)
    return _measured(name, value, 0.0, threshold, count, changed=value > threshold)


def _unlike(reference: DriftReference, total: Rollup) -> DriftMeasure:
    known, count = sum(reference.distance_scores.values()), total.distances
    expected = reference.unlike / known
    if count < LEAST_PREDICTIONS:
        return _not_enough("unlike_training_data", expected, count)
    share = total.unlike_training_data / count
    threshold = share_threshold(reference.unlike, known, count)
    found = _measured(
        "unlike_training_data", share, expected, threshold, count, changed=share > threshold
    )
    low, high = wilson_interval(total.unlike_training_data, count)
    return found.model_copy(update={"low": round(low, 4), "high": round(high, 4)})


def _mean_confidence(reference: DriftReference, total: Rollup) -> DriftMeasure:
    name: DriftMeasureName = "mean_confidence"
    expected, count = reference.mean_confidence, total.answered
    if count < LEAST_PREDICTIONS:
        return _not_enough(name, expected, count)
    mean = total.confidence_sum / count
    images, counted = reference.images, sum(total.confidences.values())
    variance = (
        images * reference.confidence_deviation**2
        + counted * confidence_variance(total.confidences)
    ) / (images + counted)
    threshold = mean_threshold(expected, math.sqrt(variance), images, count)
    return _measured(name, mean, expected, threshold, count, changed=mean < threshold)


def _not_enough(name: DriftMeasureName, expected: float, count: int) -> DriftMeasure:
    return DriftMeasure(
        name=name, verdict="not_enough", value=None, expected=round(expected, 4), threshold=None,
        predictions=count, missing=LEAST_PREDICTIONS - count,
    )  # fmt: skip


def _measured(
    name: DriftMeasureName,
    value: float,
    expected: float,
    threshold: float,
    count: int,
    *,
    changed: bool,
) -> DriftMeasure:
    return DriftMeasure(
        name=name, verdict="changed" if changed else "steady", value=round(value, 4),
        expected=round(expected, 4), threshold=round(threshold, 4), predictions=count, missing=0,
    )  # fmt: skip


def _overall(verdicts: Sequence[DriftVerdict]) -> DriftVerdict:
    if "changed" in verdicts:
        return "changed"
    return "steady" if "steady" in verdicts else "not_enough"


def _class_shares(expected: Counter[str], seen: Counter[str]) -> list[ClassShares]:
    names = list(expected)
    before, after = _of(expected, names), _of(seen, names)
    order = (
        np.argsort(-index_terms(before, after), kind="stable") if after.any() else range(len(names))
    )
    whole, now = int(before.sum()), int(after.sum())
    return [
        ClassShares(
            label=names[k],
            expected=_share(before[k], whole) or 0.0,
            seen=_share(after[k], now),
        )
        for k in order
    ]


def _score_shares(
    cells: ScoreCells, expected: Counter[int], seen: Counter[int], *, distances: bool
) -> list[ScoreShares]:
    if not expected:
        return []
    before, after = cells.count(expected), cells.count(seen)
    borders = edges(cells, of_distances=distances)
    whole, now = int(before.sum()), int(after.sum())
    return [
        ScoreShares(
            low=round(borders[k], 6),
            high=round(borders[k + 1], 6),
            expected=_share(before[k], whole) or 0.0,
            seen=_share(after[k], now),
        )
        for k in range(len(before))
    ]


def _of(counts: Counter[str], names: Sequence[str]) -> NDArray[np.int64]:
    return np.array([counts[name] for name in names], np.int64)


def _share(count: int, whole: int) -> float | None:
    return round(int(count) / whole, 4) if whole else None


def _untold(window: Window, version: int | None, predictions: int, reason: str) -> Drift:
    return Drift(
        window_s=window.length_s, since=window.since, until=window.until, model_version=version,
        predictions=predictions, verdict="not_enough",
        missing=max(0, LEAST_PREDICTIONS - predictions), reason=reason, reference=None,
        expected_accuracy=None, measures=[], classes=[], confidences=[], distance_scores=[],
    )  # fmt: skip
