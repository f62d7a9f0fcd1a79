import os
from typing import Any

import numpy as np
import pytest

from tellapart.runtime.logistic_regression import LinearModel, LogisticRegression

CLASSES = 4


def unequal(rows: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Rows of 30 features whose deviations go from 0.01 to 10, as those of embeddings do."""
    rng = np.random.default_rng(seed)
    scales = np.geomspace(0.01, 10, 30)
    truth = np.random.default_rng(9).normal(size=(30, CLASSES)) / scales[:, None]
    points = rng.normal(size=(rows, 30)) * scales + scales
    noise = rng.gumbel(size=(rows, CLASSES))
    return points.astype(np.float32), (points @ truth + 3 * noise).argmax(axis=1)


def probabilities(model: LinearModel, rows: np.ndarray) -> np.ndarray:
    logits = model.logits(rows).astype(np.float64)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: np.ndarray = shares / shares.sum(axis=1, keepdims=True)
    return found


def oracle_of(strength: float) -> Any:
    # It takes a second, in each process that only collects.
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, solver="newton-cholesky", tol=1e-7)


@pytest.mark.parametrize("penalty", [1.0, 1e-2, 1e-4])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_model_is_that_of_scikit_learn(penalty: float, weighted: bool) -> None:
    rows, labels = unequal(3000)
    weights = np.where(labels == 0, 5.0, 1.0) if weighted else np.ones(len(labels))
    problem = LogisticRegression(rows, labels, CLASSES, row_weights=weights)
    found = problem.fit(penalty, tolerance=1e-9)
    scaled = (rows - rows.mean(axis=0)) / np.sqrt(rows.var(axis=0).mean())
    oracle = oracle_of(1 / (penalty * weights.sum()))
    oracle.fit(scaled.astype(np.float64), labels, sample_weight=weights)
    assert np.allclose(probabilities(found, rows), oracle.predict_proba(scaled), atol=2e-3)


@pytest.mark.parametrize("penalty", [1.0, 1e-2])
def test_fewer_rows_than_features(penalty: float) -> None:
    """Which are fitted in the space of the rows; also from a model that lies outside it."""
    rows, labels = unequal(12)[0], np.arange(12) % CLASSES
    problem = LogisticRegression(rows, labels, CLASSES)
    found = problem.fit(penalty, tolerance=1e-9)
    scaled = ((rows - rows.mean(axis=0)) / np.sqrt(rows.var(axis=0).mean())).astype(np.float64)
    oracle = oracle_of(1 / (penalty * len(rows)))
    oracle.fit(scaled, labels)
    asked, _ = unequal(200, seed=1)
    others = (asked - rows.mean(axis=0)) / np.sqrt(rows.var(axis=0).mean())
    assert np.allclose(probabilities(found, asked), oracle.predict_proba(others), atol=5e-3)
    elsewhere = LinearModel(np.ones((30, CLASSES)), np.zeros(CLASSES), converged=True)
    again = problem.fit(penalty, start=elsewhere, tolerance=1e-9)
    assert np.allclose(probabilities(again, asked), probabilities(found, asked), atol=5e-3)


def test_it_converges_by_its_own_word() -> None:
    rows, labels = unequal(3000)
    assert LogisticRegression(rows, labels, CLASSES).fit(1e-3).converged


def test_the_same_again_is_the_same_on_one_core_and_on_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows, labels = unequal(3000)
    found = LogisticRegression(rows, labels, CLASSES).fit(1e-3)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    alone = LogisticRegression(rows, labels, CLASSES).fit(1e-3)
    assert np.array_equal(found.weights, alone.weights)
    assert np.array_equal(found.bias, alone.bias)


def test_from_near_the_answer_it_finds_the_same() -> None:
    rows, labels = unequal(3000)
    problem = LogisticRegression(rows, labels, CLASSES)
    far, near = problem.fit(1e-3), problem.fit(1e-3, start=problem.fit(1e-2))
    assert np.allclose(probabilities(far, rows), probabilities(near, rows), atol=5e-3)


def test_a_class_without_rows_is_never_likely() -> None:
    rows, labels = unequal(500)
    model = LogisticRegression(rows, np.minimum(labels, 1), 3).fit(1e-2)
    assert probabilities(model, rows)[:, 2].max() < 0.05


@pytest.mark.parametrize("rows", [np.zeros((4, 5)), np.full((4, 5), 3.0), np.ones((2, 5))])
def test_rows_that_are_all_the_same_are_borne(rows: np.ndarray) -> None:
    labels = np.arange(len(rows)) % 2
    model = LogisticRegression(rows.astype(np.float32), labels, 2).fit(1e-2)
    assert np.allclose(probabilities(model, rows.astype(np.float32)), 0.5, atol=1e-3)
