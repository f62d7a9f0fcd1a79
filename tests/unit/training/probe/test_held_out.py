"""Answers for images that a head has not learned from."""

import numpy as np
import pytest

from tellapart.runtime.logistic_regression import LabeledRows
from tellapart.training.probe import held_out
from tellapart.training.probe.held_out import held_out_answers
from tellapart.training.probe.logistic_head import fit_head

WIDTH = 40


def images(count: int, *, seed: int, labels_of_chance: bool = False) -> LabeledRows:
    """Three classes about three places, or without anything that tells them apart."""
    rng = np.random.default_rng(seed)
    y = np.arange(count) % 3
    features = rng.normal(size=(count, WIDTH)).astype(np.float32)
    if not labels_of_chance:
        features[np.arange(count), y] += 4
    return features, y.astype(np.int64)


def test_an_image_is_answered_by_heads_without_it() -> None:
    # More features than images: a head is right about all that it has learned.
    train = images(30, seed=1, labels_of_chance=True)
    validation = images(30, seed=2, labels_of_chance=True)
    head = fit_head(train, validation, report=lambda *_: None)
    assert (head.logits(train[0]).argmax(axis=1) == train[1]).mean() > 0.9
    found = held_out_answers(head, train, validation, (WIDTH,))
    assert found is not None
    assert found.logits.shape == (60, 3)
    assert (found.logits.argmax(axis=1) == found.y).mean() < 0.6


def test_what_can_be_told_apart_is() -> None:
    train, validation = images(300, seed=3), images(30, seed=4)
    head = fit_head(train, validation, report=lambda *_: None)
    found = held_out_answers(head, train, validation, (WIDTH,))
    assert found is not None
    assert len(found.y) == 330
    assert (found.logits.argmax(axis=1) == found.y).mean() > 0.9
    assert (found.logits[:30] == head.logits(validation[0])).all()


def test_no_more_than_enough_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_out, "_ENOUGH_IMAGES", 60)
    train, validation = images(300, seed=3), images(30, seed=4)
    head = fit_head(train, validation, report=lambda *_: None)
    found = held_out_answers(head, train, validation, (WIDTH,))
    assert found is not None
    assert len(found.y) == 30 + 60
    assert held_out_answers(head, train, images(60, seed=5), (WIDTH,)) is None


def test_a_class_of_one_image_is_never_left_out() -> None:
    features, y = images(3, seed=6)
    head = fit_head((features, y), (features[:0], y[:0]), report=lambda *_: None)
    assert held_out_answers(head, (features, y), (features[:0], y[:0]), (WIDTH,)) is None
    features, y = images(7, seed=6)
    head = fit_head((features, y), (features[:0], y[:0]), report=lambda *_: None)
    found = held_out_answers(head, (features, y), (features[:0], y[:0]), (WIDTH,))
    assert found is not None
    assert sorted(found.y) == sorted(y)
