import numpy as np
import pytest

from tellapart.dataset.label_check import LabelCheck
from tellapart.quality.label_issues import find_label_issues, judge_check
from tellapart.quality.out_of_fold import FOLDS, even_parts, predict_out_of_fold, split_into_folds
from tests.support.models.embeddings import clusters


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


def checked(
    counts: list[int], *, wrong: float = 0, spread: float = 0
) -> tuple[LabelCheck | None, int]:
    """What a check of clusters with a share of wrong labels is worth, and how many it suspects."""
    embeddings, labels = clusters(counts)
    rng = np.random.default_rng(7)
    embeddings = embeddings + rng.normal(scale=spread, size=embeddings.shape).astype(np.float32)
    rows = rng.permutation(len(labels))[: int(wrong * len(labels))]
    labels[rows] = (labels[rows] + rng.integers(1, len(counts), len(rows))) % len(counts)
    probabilities = predict_out_of_fold(embeddings, labels)
    found = find_label_issues(probabilities, labels, threshold=0.5)
    check = judge_check(probabilities, labels, found, "last layer", "lite/1280", threshold=0.5)
    return check, int(found.suspects.sum())


@pytest.mark.parametrize("wrong", [0, 0.03, 0.1, 0.2])
def test_what_tells_classes_apart_is_not_weak_however_many_labels_are_wrong(wrong: float) -> None:
    check, suspects = checked([120, 120, 120], wrong=wrong)
    assert check is not None
    assert not check.weak
    assert check.accuracy == pytest.approx(1 - wrong, abs=0.03)
    assert suspects >= 0.6 * wrong * check.images
    assert check.verdict.startswith("A model that was fitted without them put ")


@pytest.mark.parametrize(
    ("counts", "spread"), [([100] * 5, 5.0), ([60] * 20, 8.0), ([80, 80], 8.0)]
)
def test_what_hardly_tells_classes_apart_is_weak(counts: list[int], spread: float) -> None:
    check, suspects = checked(counts, spread=spread)
    assert check is not None
    assert check.weak
    assert suspects > 0.1 * check.images, "a list of right labels"
    assert "Too weak to say which labels are wrong" in check.verdict
    assert f"{check.accuracy:.1%} of {check.images:,}" in check.verdict


def test_a_short_list_is_no_burden() -> None:
    check, suspects = checked([20, 20], spread=3.0)
    assert check is not None
    assert (check.weak, 0 < suspects <= 5) == (False, True)


def test_classes_of_few_images_have_no_part_in_it() -> None:
    assert checked([4, 3])[0] is None
    check = checked([40, 40, 3])[0]
    assert check is not None
    assert check.images == 80


def test_each_part_of_features_counts_as_much_as_the_others() -> None:
    features = np.random.default_rng(0).normal(5, 3, size=(50, 6)).astype(np.float32)
    features[:, 4:] *= 1000
    even_parts(features, (4, 2))
    assert features.mean(axis=0) == pytest.approx(np.zeros(6), abs=1e-4)
    for part in (features[:, :4], features[:, 4:]):
        assert np.sqrt((part**2).mean()) == pytest.approx(1, rel=1e-4)
