import warnings

import numpy as np
import pytest

from tellapart.evaluation.calibration import softmax
from tellapart.runtime.logistic_regression import STRENGTHS, LabeledRows, LinearModel
from tellapart.training.probe.logistic_head import LogisticHead, fit_head
from tellapart.training.probe.warm_start import WarmStart


def clusters(counts: list[int], *, spread: float = 1.0, seed: int = 0) -> LabeledRows:
    """So many points of each class around its own centre, in 20 dimensions."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(42).normal(0, 1, (len(counts), 20))
    y = np.repeat(np.arange(len(counts)), counts)
    points = centres[y] + rng.normal(0, spread, (len(y), 20))
    return points.astype(np.float32), y


def fit(train: LabeledRows, validation: LabeledRows) -> LogisticHead:
    return fit_head(train, validation, report=lambda *_: None)


def empty() -> LabeledRows:
    return np.zeros((0, 20), np.float32), np.zeros(0, np.int64)


@pytest.mark.parametrize("classes", [2, 5])
def test_it_learns(classes: int) -> None:
    train, validation = clusters([40] * classes), clusters([20] * classes, seed=1)
    head = fit(train, validation)
    logits = head.logits(validation[0])
    assert logits.shape == (20 * classes, classes)
    assert logits.dtype == np.float32
    assert (logits.argmax(axis=1) == validation[1]).mean() > 0.9
    assert head.converged


@pytest.mark.parametrize("classes", [2, 3])
def test_its_probabilities_are_those_of_scikit_learn(classes: int) -> None:
    # It takes a second, in each process that only collects.
    from sklearn.linear_model import LogisticRegression

    points, y = clusters([40] * classes)
    head = fit((points, y), empty())
    scaled = (points - points.mean(axis=0)) / np.sqrt(points.var(axis=0).mean())
    oracle = LogisticRegression(C=head.inverse_regularization, max_iter=1000, tol=1e-8)
    logits = head.logits(points).astype(np.float64)
    found = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert np.allclose(found, oracle.fit(scaled, y).predict_proba(scaled), atol=2e-3)


def test_the_strength_is_the_best_on_validation() -> None:
    asked: list[tuple[float, float | None]] = []
    head = fit_head(
        clusters([15, 15], spread=3.0),
        clusters([200, 200], spread=3.0, seed=1),
        report=lambda *values: asked.append(values),
    )
    *tried, last = asked
    assert [strength for strength, _ in tried] == list(STRENGTHS[: len(tried)])
    best = min(tried, key=lambda pair: pair[1] or 9)[0]
    assert head.inverse_regularization == last[0] == best
    assert head.validation_loss == last[1]


def test_a_known_strength_gives_the_same_head_at_once() -> None:
    train, validation = clusters([30, 30, 30]), clusters([50, 50, 50], seed=1)
    asked: list[float] = []
    searched = fit(train, validation)
    known = fit_head(
        train,
        validation,
        known=WarmStart(searched.inverse_regularization, 90, 0.1, 40),
        report=lambda strength, _: asked.append(strength),
    )
    assert asked == [searched.inverse_regularization]
    assert np.array_equal(known.weights, searched.weights)
    assert np.array_equal(known.bias, searched.bias)


def test_from_a_known_head_the_fit_comes_to_the_same() -> None:
    train, validation = clusters([30, 30, 30]), clusters([50, 50, 50], seed=1)
    expected_head = fit(train, validation)
    other = fit(clusters([30, 30, 30], seed=2), validation)
    model = LinearModel(other.weights, other.bias, converged=True)
    known = WarmStart(expected_head.inverse_regularization, 90, 0.1, 40, model)
    head = fit_head(train, validation, known=known, report=lambda *_: None)
    assert head.converged
    found, expected = (softmax(each.logits(validation[0])) for each in (head, expected_head))
    assert np.abs(found - expected).max() < 1e-2


def test_without_validation_there_is_one_strength() -> None:
    asked: list[tuple[float, float | None]] = []
    fit_head(clusters([5, 5]), empty(), report=lambda *values: asked.append(values))
    assert asked == [(0.1, None)]


def test_a_rare_class_counts_as_much_as_a_common_one() -> None:
    test = clusters([100, 100], spread=2.5, seed=1)
    head = fit(clusters([200, 8], spread=2.5), empty())
    assert head.balanced
    assert not fit(clusters([10, 12]), empty()).balanced
    guesses = head.logits(test[0]).argmax(axis=1)
    assert (guesses[test[1] == 1] == 1).mean() > 0.6


@pytest.mark.parametrize("constant", [0.0, 3.0])
def test_one_image_a_class_and_features_that_never_change_are_borne(constant: float) -> None:
    points = np.full((3, 20), constant, np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        head = fit((points, np.arange(3)), empty())
    assert np.isfinite(head.logits(points)).all()
    points[0, 0] += 1
    assert fit((points, np.arange(3)), empty()).logits(points)[0].argmax() == 0
