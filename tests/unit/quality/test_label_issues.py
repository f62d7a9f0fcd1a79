import numpy as np
import pytest

from tellapart.quality.label_issues import find_label_issues
from tellapart.quality.out_of_fold import FOLDS, predict_out_of_fold, split_into_folds
from tests.support.embeddings import clusters


def test_swapped_labels_are_found_with_the_right_class() -> None:
    embeddings, right = clusters([120, 60, 30])
    labels = right.copy()
    swapped = np.arange(0, len(labels), 15)
    labels[swapped] = (labels[swapped] + 1) % 3
    found = find_label_issues(predict_out_of_fold(embeddings, labels), labels, threshold=0.5)
    assert found.suspects[swapped].mean() > 0.8
    assert (found.suggested[found.suspects] == right[found.suspects]).all()
    assert found.scores[swapped].max() < np.delete(found.scores, swapped).min()


@pytest.mark.parametrize("counts", [[1], [5], [1, 1], [1, 2, 3], [40, 1, 3], [2] * 60, [30, 0, 9]])
def test_classes_of_few_images_are_left_alone(counts: list[int]) -> None:
    embeddings, labels = clusters(counts)
    probabilities = predict_out_of_fold(embeddings, labels)
    assert probabilities.shape == (len(labels), labels.max() + 1)
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-4)
    found = find_label_issues(probabilities, labels)
    few = np.bincount(labels)[labels] < 5
    assert (found.scores[few] == 1).all()
    assert not found.suspects[few].any()
    assert (found.suggested[few] == labels[few]).all()
    assert ((found.scores >= 0) & (found.scores <= 1)).all()


def test_the_threshold_spares_likely_labels() -> None:
    probabilities = np.array([[0.9, 0.1]] * 5 + [[0.2, 0.8]] * 5 + [[0.05, 0.95]], np.float32)
    labels = np.array([0] * 5 + [1] * 5 + [0])
    assert find_label_issues(probabilities, labels).suspects.tolist() == [False] * 10 + [True]
    assert not find_label_issues(probabilities, labels, threshold=0.05).suspects.any()


def test_copies_do_not_vouch_for_each_other() -> None:
    embeddings, labels = clusters([60, 60])
    copies = embeddings[:10]
    embeddings = np.concatenate([embeddings, copies, copies])
    labels = np.concatenate([labels, np.ones(20, np.int64)])
    groups = np.concatenate([np.arange(120), np.arange(10), np.arange(10)])
    folds = split_into_folds(labels, groups, 0)
    assert (folds == folds[groups]).all()
    alone = predict_out_of_fold(embeddings, labels)
    together = predict_out_of_fold(embeddings, labels, groups=groups)
    assert together[120:, 0].mean() > alone[120:, 0].mean()


def test_each_class_is_spread_over_the_folds() -> None:
    labels = np.repeat([0, 1], [53, 12])
    folds = split_into_folds(labels, None, 3)
    for label in (0, 1):
        counts = np.bincount(folds[labels == label], minlength=FOLDS)
        assert counts.max() - counts.min() <= 1


def test_the_same_seed_gives_the_same() -> None:
    embeddings, labels = clusters([30, 30])
    first, second = (predict_out_of_fold(embeddings, labels, seed=2) for _ in range(2))
    assert np.array_equal(first, second)
