import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.evaluation.metrics import classification_report, score_in_words, wilson_interval


@pytest.fixture(scope="module")
def oracle() -> Any:
    """Loaded by those who ask: its import takes a second, in each process that only collects."""
    import sklearn.metrics

    return sklearn.metrics


def some_predictions(
    images: int, classes: int, *, seed: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Classes, and probabilities that are right more often than not."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, images)
    logits = rng.normal(0, 1, (images, classes))
    logits[np.arange(images), y] += 1.5
    return y, np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def names(classes: int) -> list[str]:
    return [f"class {number}" for number in range(classes)]


@pytest.mark.parametrize("classes", [2, 3, 12])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_numbers_are_those_of_scikit_learn(classes: int, seed: int, oracle: Any) -> None:
    y, p = some_predictions(300, classes, seed=seed)
    y_pred = p.argmax(axis=1)
    report = classification_report(y, p, names(classes))

    metrics = report.metrics().model_dump()
    for average in ("macro", "weighted"):
        precision, recall, f1, _ = oracle.precision_recall_fscore_support(
            y, y_pred, average=average
        )
        assert metrics[f"precision_{average}"] == pytest.approx(precision)
        assert metrics[f"recall_{average}"] == pytest.approx(recall)
        assert metrics[f"f1_{average}"] == pytest.approx(f1)
    assert metrics["accuracy"] == pytest.approx(oracle.accuracy_score(y, y_pred))
    assert metrics["log_loss"] == pytest.approx(oracle.log_loss(y, p, labels=range(classes)))
    assert np.array_equal(report.confusion_matrix, oracle.confusion_matrix(y, y_pred))
    per_class = oracle.precision_recall_fscore_support(y, y_pred)
    found = [(c.precision, c.recall, c.f1, c.support) for c in report.per_class]
    assert np.allclose(np.array(found).T, per_class)


def test_top_5_accuracy_is_that_of_scikit_learn_and_absent_where_it_says_nothing(
    oracle: Any,
) -> None:
    y, p = some_predictions(200, 12)
    expected = oracle.top_k_accuracy_score(y, p, k=5, labels=range(12))
    assert classification_report(y, p, names(12)).top_5_accuracy == pytest.approx(expected)
    y, p = some_predictions(50, 5)
    assert classification_report(y, p, names(5)).top_5_accuracy is None


@pytest.mark.parametrize("classes", [2, 7])
def test_roc_auc_is_that_of_scikit_learn(classes: int, oracle: Any) -> None:
    y, p = some_predictions(300, classes, seed=3)
    # Rounded: ties are counted too.
    p = np.round(p, 2)
    expected = np.mean([oracle.roc_auc_score(y == k, p[:, k]) for k in range(classes)])
    report = classification_report(y, p, names(classes))
    assert report.roc_auc_macro == pytest.approx(expected)
    wider = np.column_stack([p, np.zeros(len(p))])
    absent = classification_report(y, wider, names(classes + 1))
    assert absent.roc_auc_macro == pytest.approx(expected)
    assert classification_report([0, 0], p[:2], names(classes)).roc_auc_macro is None


def test_a_class_without_images_counts_in_no_average(oracle: Any) -> None:
    y = np.array([0, 0, 1, 1])
    p = np.array([[0.8, 0.1, 0.1], [0.2, 0.2, 0.6], [0.1, 0.8, 0.1], [0.1, 0.8, 0.1]])
    report = classification_report(y, p, ["a", "b", "never"])
    expected = oracle.recall_score(y, p.argmax(axis=1), labels=[0, 1], average="macro")
    assert report.recall_macro == pytest.approx(expected) == pytest.approx(0.75)
    never = report.per_class[2]
    assert (never.precision, never.recall, never.f1, never.support) == (None, None, None, 0)
    assert score_in_words(never.recall) == "not measured"


def test_a_class_that_is_never_guessed_has_precision_0() -> None:
    report = classification_report([0, 1], [[0.9, 0.1], [0.9, 0.1]], ["a", "b"])
    assert report.per_class[1].precision == 0.0
    assert report.precision_macro == pytest.approx(0.25)


def test_certainty_that_is_wrong_has_a_finite_loss() -> None:
    report = classification_report([0], np.array([[0.0, 1.0]], dtype=np.float32), ["a", "b"])
    assert 15 < report.log_loss < 17


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)],
)
def test_wilson_interval_is_the_published_one(
    successes: int, total: int, low: float, high: float
) -> None:
    # 81 of 263: Newcombe (1998), table I.
    assert wilson_interval(successes, total) == pytest.approx((low, high), abs=1e-4)


def test_the_report_is_json_all_through() -> None:
    y, p = some_predictions(40, 6)
    values = classification_report(y, p.astype(np.float32), names(6)).to_json()
    assert json.loads(json.dumps(values, allow_nan=False)) == values
    assert list(values) == [
        "total",
        "metrics",
        "class_names",
        "per_class",
        "confusion_matrix",
        "reliability",
    ]
    assert sum(entry["count"] for entry in values["reliability"]) == values["total"] == 40


@pytest.mark.parametrize(
    ("y", "p"),
    [
        ([0, 1], [[0.5, 0.5]]),
        ([0], [[0.2, 0.3, 0.5]]),
        ([], np.zeros((0, 2))),
        ([2], [[0.5, 0.5]]),
        ([-1], [[0.5, 0.5]]),
    ],
)
def test_what_does_not_fit_together_is_refused(y: object, p: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        classification_report(np.array(y, dtype=np.int64), np.array(p), ["a", "b"])
