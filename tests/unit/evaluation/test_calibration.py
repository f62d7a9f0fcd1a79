import numpy as np
import pytest

from tellapart.evaluation.calibration import (
    HIGHEST_TEMPERATURE,
    LOWEST_TEMPERATURE,
    TARGETS,
    ConfidenceThreshold,
    choose_target,
    confidence_threshold,
    expected_calibration_error,
    fit_temperature,
    reliability_bins,
    softmax,
    threshold_costs,
)


def honest_logits(images: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose softmax is the true probability of each class."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (images, classes))
    p = softmax(logits)
    y = np.array([rng.choice(classes, p=row) for row in p])
    return logits, y


@pytest.mark.parametrize("spoiled_by", [0.25, 1.0, 4.0])
def test_the_temperature_undoes_overconfidence_and_its_opposite(spoiled_by: float) -> None:
    logits, y = honest_logits(4000, 4)
    assert fit_temperature(logits * spoiled_by, y) == pytest.approx(spoiled_by, rel=0.08)


def test_a_set_without_a_mistake_does_not_lead_to_certainty() -> None:
    logits = np.array([[3.0, 0.0], [0.0, 3.0]] * 5)
    temperature = fit_temperature(logits, [0, 1] * 5)
    assert 0.4 < temperature < 1
    assert softmax(logits, temperature).max() < 0.9995


@pytest.mark.parametrize(
    ("logits", "y"),
    [(np.zeros((0, 3)), []), (np.zeros((5, 3)), [0, 1, 2, 0, 1]), ([[9.0, 0.0]], [0])],
)
def test_with_nothing_to_learn_from_the_temperature_stays_1(logits: object, y: list[int]) -> None:
    assert fit_temperature(np.array(logits), y) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("size", [1e-3, 1e6])
def test_the_temperature_stays_within_its_bounds(size: float) -> None:
    y = np.tile([0, 1], 500)
    right = np.eye(2)[y] * size
    for logits in (right, -right):
        temperature = fit_temperature(logits, y)
        assert LOWEST_TEMPERATURE - 1e-6 <= temperature <= HIGHEST_TEMPERATURE + 1e-6


def test_softmax_bears_large_logits() -> None:
    assert softmax([[1e4, 0.0, -1e4]]).tolist() == [[1.0, 0.0, 0.0]]


def test_bins_include_their_upper_border_and_certainty() -> None:
    p = np.array([[1.0, 0.0], [0.6, 0.4], [0.6, 0.4]])
    bins = reliability_bins(p, [0, 0, 1])
    assert [(entry.count, entry.accuracy) for entry in bins] == [(2, 0.5), (1, 1.0)]
    assert bins[0].high == pytest.approx(0.6)


def test_calibration_error_by_hand() -> None:
    p = np.array([[0.9, 0.1]] * 10)
    assert expected_calibration_error(p, [0] * 9 + [1]) == pytest.approx(0.0)
    assert expected_calibration_error(p, [0] * 5 + [1] * 5) == pytest.approx(0.4)


def by_confidence(*confidences: float) -> np.ndarray:
    return np.array([[value, 1 - value] for value in confidences])


def test_the_threshold_answers_as_many_as_the_target_allows() -> None:
    found = confidence_threshold(by_confidence(0.99, 0.9, 0.8, 0.7, 0.6), [0, 0, 0, 1, 1], 0.7)
    assert found.threshold == pytest.approx(0.65)
    assert (found.precision, found.coverage, found.reached) == (0.75, 0.8, True)


def test_luck_is_not_taken_for_precision() -> None:
    # All five are right, which by what the model says happens in one case of six.
    found = confidence_threshold(by_confidence(0.9, 0.8, 0.7, 0.6, 0.55), [0] * 5, 0.8)
    assert found.threshold == pytest.approx(0.65)
    assert (found.precision, found.coverage, found.reached) == (1.0, 0.6, True)
    lucky = confidence_threshold(by_confidence(0.9, 0.8, 0.7), [0] * 3, 0.95)
    assert lucky.threshold == pytest.approx(0.85)
    assert not lucky.reached


def test_the_threshold_is_never_under_one_half() -> None:
    thirds = np.full((6, 3), 1 / 3) + np.array([0.1, 0, -0.1])
    assert confidence_threshold(thirds, [0] * 6, 0.9).threshold == 0.5
    assert confidence_threshold(by_confidence(0.9, 0.8), [0, 0], 0.8).threshold == 0.5


def test_a_target_out_of_reach_gives_the_best_there_is() -> None:
    found = confidence_threshold(by_confidence(0.9, 0.8, 0.7), [1, 0, 0], 0.95)
    assert found.precision == pytest.approx(2 / 3)
    assert (found.coverage, found.reached) == (1.0, False)


def test_equal_confidences_are_not_torn_apart() -> None:
    found = confidence_threshold(by_confidence(0.9, 0.8, 0.8), [0, 0, 1], 0.9)
    assert found.precision == 1.0
    assert found.coverage == pytest.approx(1 / 3)


def test_the_costs_are_those_of_the_targets_that_are_reached() -> None:
    # Sure ones are right, the others in half of the cases.
    confidences = np.concatenate([np.linspace(1, 0.99, 50), np.linspace(0.8, 0.6, 50)])
    y = np.concatenate([np.zeros(50, int), np.tile([1, 0], 25)])
    costs = threshold_costs(by_confidence(*confidences), y)
    assert [target for target, _ in costs] == list(TARGETS)
    assert costs[0][1].coverage == pytest.approx(0.5)
    coverages = [cost.coverage for _, cost in costs]
    assert coverages == sorted(coverages)
    assert threshold_costs(np.zeros((0, 3)), []) == ()


@pytest.mark.parametrize(
    ("coverages", "chosen"),
    [
        ({0.99: 0.9, 0.95: 0.97, 0.9: 1.0}, 0.95),
        ({0.99: 0.1, 0.95: 0.3, 0.9: 0.45, 0.85: 0.52, 0.8: 0.9}, 0.85),
        ({0.8: 0.1, 0.7: 0.2, 0.6: 0.3}, 0.6),
        ({}, 0.6),
    ],
    ids=["usual", "lower", "least", "none"],
)
def test_the_target_leaves_an_answer_to_half_of_the_images(
    coverages: dict[float, float], chosen: float
) -> None:
    costs = [
        (at, ConfidenceThreshold(0.5, at, coverage, reached=True))
        for at, coverage in coverages.items()
    ]
    assert choose_target(costs) == chosen


def test_without_images_there_is_a_threshold_too() -> None:
    found = confidence_threshold(np.zeros((0, 3)), [], 0.95)
    assert (found.threshold, found.coverage) == (0.5, 0.0)
