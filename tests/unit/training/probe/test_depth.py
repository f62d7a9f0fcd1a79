from dataclasses import replace

import numpy as np
import pytest

from tellapart.features.backbones.catalogue import Backbone
from tellapart.training.probe.cross_fitting import cross_fit, inner_products
from tellapart.training.probe.depth import (
    best_depth,
    compare_depths,
    describe_depth,
    sample_rows,
)
from tests.support.models.embeddings import clusters


def test_each_image_is_answered_by_a_fit_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "tellapart.training.probe.cross_fitting"
    monkeypatch.setattr(f"{module}._PENALTIES", (3.0,))
    monkeypatch.setattr(f"{module}._SHARPNESS", (4.0,))
    x, y = clusters([10, 12, 8], width=5)
    answers = np.eye(3)[y]
    x = (x - x.mean(axis=0)) / np.sqrt(((x - x.mean(axis=0)) ** 2).mean())
    losses = []
    for row in range(len(y)):
        # The bias is not penalised: a column of its own.
        rest = np.delete(np.hstack([x, np.ones((30, 1))]), row, axis=0)
        penalty = np.diag([3.0] * 5 + [0.0])
        weights = np.linalg.solve(rest.T @ rest + penalty, rest.T @ np.delete(answers, row, axis=0))
        logits = 4 * np.append(x[row], 1) @ weights
        losses.append(np.log(np.exp(logits).sum()) - logits[y[row]])
    found = cross_fit(inner_products(x.astype(np.float32), [5]), y)
    assert found.losses == pytest.approx(losses, abs=2e-3)


@pytest.mark.parametrize(("says", "chosen"), [(0, 0), (1, 1), (2, 2)])
def test_as_few_layers_as_say_what_there_is_to_say(
    backbone: Backbone, says: int, chosen: int
) -> None:
    network = replace(backbone, dimension=20, pool_widths=(15, 15, 10, 10))
    assert network.depths == (20, 50, 70)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(150, 70)).astype(np.float32)
    y = rng.integers(0, 3, 150)
    start = (0, 20, 50)[says]
    x[:, start : start + 3] += 3 * np.eye(3, dtype=np.float32)[y]
    # The scale of a part says nothing.
    x[:, 50:60] *= 0.01
    trials = compare_depths(x, y, network)
    assert [trial.columns for trial in trials] == [20, 50, 70]
    assert best_depth(trials) is trials[chosen]
    assert trials[chosen].found.accuracy > 0.8


def test_what_is_right_already_takes_no_more_layers(backbone: Backbone) -> None:
    network = replace(backbone, dimension=20, pool_widths=(15, 15, 10, 10))
    y = np.arange(150) % 3
    x = np.random.default_rng(0).normal(size=(150, 70)).astype(np.float32)
    x += np.where(np.arange(70) % 3 == y[:, None], 4, 0)
    trials = compare_depths(x, y, network)
    assert [trial.found.accuracy for trial in trials] == [1, 1, 1]
    assert trials[2].found.loss < trials[0].found.loss
    assert best_depth(trials) is trials[0]


def test_depths_have_names(backbone: Backbone) -> None:
    assert [describe_depth(columns, backbone) for columns in backbone.depths] == [
        "last layer",
        "last layer and the last 3 blocks",
        "last layer and all blocks",
    ]
    assert backbone.depths == (1280, 2432, 3328)
    assert sum(backbone.parts(2432)) == 2432


def test_few_images_are_not_compared() -> None:
    assert len(sample_rows(10)) == 0
    assert sorted(sample_rows(100).tolist()) == list(range(100))
    assert len(set(sample_rows(20_000).tolist())) == 1_500
